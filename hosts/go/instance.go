package actionhost

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/sys"
)

const (
	mostAnnouncedBytes = 64 << 20 // in one call
	mostAnnouncements  = 1000     // in one call
	longestResult      = 128 << 20
)

// announcement is a request that the module asks to be sent, or an exchange that it gives up.
type announcement struct {
	run, exchange uint32
	request       *announcedRequest // nil: given up
}

// announcedRequest is a request as the module announced it, copied out of its memory. Nothing in it has been checked.
type announcedRequest struct {
	timeoutMs, responseLimit   uint32
	connection, method, target string
	headers, body              []byte
}

// response is one for the module, in its own form.
type response struct {
	status, err, flags uint32
	headers, body      []byte
}

// instance is one instance of a module: its exports, its memory, and the two imports, which only take notes. It is used
// by one goroutine at a time. A method that fails leaves it dead; it is not called again.
type instance struct {
	module        api.Module
	memory        api.Memory
	timeout       time.Duration
	functions     map[string]api.Function
	announcements []announcement
	announced     uint64 // bytes, in this call
	calling       string
	violation     string
	dead          bool
}

type instanceKey struct{} // of an instance in the context of its calls

// supplyImports defines action_host_v1 for all instances of a runtime.
func supplyImports(ctx context.Context, runtime wazero.Runtime) error {
	i32 := api.ValueTypeI32
	of := func(ctx context.Context) *instance { return ctx.Value(instanceKey{}).(*instance) }
	send := func(ctx context.Context, stack []uint64) {
		of(ctx).httpSend(uint32(stack[0]), uint32(stack[1]), uint32(stack[2]))
	}
	cancel := func(ctx context.Context, stack []uint64) {
		of(ctx).announce(announcement{run: uint32(stack[0]), exchange: uint32(stack[1])})
	}
	_, err := runtime.NewHostModuleBuilder(actionHostModule).
		NewFunctionBuilder().WithGoFunction(api.GoFunc(send), []api.ValueType{i32, i32, i32}, nil).Export("http_send").
		NewFunctionBuilder().WithGoFunction(api.GoFunc(cancel), []api.ValueType{i32, i32}, nil).Export("http_cancel").
		Instantiate(ctx)
	return err
}

// newInstance instantiates, calls _initialize and compares the version.
func newInstance(ctx context.Context, module *Module) (*instance, error) {
	i := &instance{timeout: module.callTimeout, functions: map[string]api.Function{}}
	// The ABI has neither: functions to be called at the start, and a name that must be free.
	config := wazero.NewModuleConfig().WithStartFunctions().WithName("")
	made, err := module.runtime.InstantiateModule(context.WithValue(ctx, instanceKey{}, i), module.compiled, config)
	if err != nil {
		return nil, failBy(ErrTrap, err, "it could not be instantiated: %s", reasonOf(err))
	}
	i.module, i.memory = made, made.ExportedMemory("memory")
	if err := i.check(ctx, module.manifest.ABIVersion); err != nil {
		i.close(ctx)
		return nil, err
	}
	return i, nil
}

func (i *instance) check(ctx context.Context, declared string) error {
	if _, err := i.call(ctx, "_initialize"); err != nil {
		return err
	}
	version, err := i.call(ctx, "action_abi_version")
	if err != nil {
		return err
	}
	if wanted, _ := versionNumber(declared); version != wanted {
		return fail(ErrWrongABI, "its code says %d.%d, and its manifest %s", version>>16, version&0xffff, declared)
	}
	return nil
}

func (i *instance) close(ctx context.Context) { _ = i.module.Close(ctx) }

// start starts a run of an action.
func (i *instance) start(ctx context.Context, action string, input []byte, flags uint32, seed uint64) (uint32, error) {
	if len(input) > math.MaxInt32 {
		return 0, fail(ErrNoMemory, "it has %d bytes", len(input))
	}
	block, err := i.call(ctx, "action_alloc", uint64(max(len(input), 1)))
	if err != nil {
		return 0, err
	}
	if block == 0 {
		return 0, fail(ErrNoMemory, "it has %d bytes", len(input))
	}
	if !i.memory.Write(block, input) {
		return 0, i.die("it gave a block outside of its memory")
	}
	run, err := i.call(ctx, action, uint64(block), uint64(len(input)), uint64(flags), seed)
	if err == nil && run == 0 {
		err = fail(ErrNoMemory, "it began no run")
	}
	return run, err
}

func (i *instance) wake(ctx context.Context, run uint32, nowMs uint64) (int32, error) {
	return i.event(ctx, "action_wake", uint64(run), nowMs)
}

// httpDone passes a response; nil: it is lost, nothing is known. One for which the module has no memory is lost too.
func (i *instance) httpDone(ctx context.Context, run, exchange uint32, nowMs uint64, r *response) (int32, error) {
	var block uint32
	if r != nil {
		var err error
		if block, err = i.blockOf(ctx, r); err != nil {
			return 0, err
		}
	}
	return i.event(ctx, "action_http_done", uint64(run), uint64(exchange), nowMs, uint64(block))
}

func (i *instance) cancel(ctx context.Context, run uint32, nowMs uint64) (int32, error) {
	return i.event(ctx, "action_cancel", uint64(run), nowMs)
}

func (i *instance) status(ctx context.Context, run uint32) (Progress, error) {
	at, err := i.call(ctx, "action_status", uint64(run))
	if err != nil {
		return Progress{}, err
	}
	memory, ok := i.memory.Read(at, actionProgressBytes)
	if at == 0 || !ok {
		return Progress{}, i.die("it gave a status outside of its memory")
	}
	u32 := func(offset int) uint32 { return binary.LittleEndian.Uint32(memory[offset:]) }
	if u32(actionProgressSize) < actionProgressBytes {
		return Progress{}, i.die("its status is shorter than version 1's")
	}
	progress := Progress{
		Phase:     Phase(u32(actionProgressPhase)),
		Total:     int(u32(actionProgressTotal)),
		Confirmed: int(u32(actionProgressConfirmed)),
		Failed:    int(u32(actionProgressFailed)),
		Open:      int(u32(actionProgressOpen)),
		Requests:  int(u32(actionProgressRequests)),
		Retries:   int(u32(actionProgressRetries)),
		state:     int32(u32(actionProgressState)),
		wakeMs:    binary.LittleEndian.Uint64(memory[actionProgressWakeMs:]),
	}
	if progress.state != actionDone && progress.state != actionWaiting {
		return Progress{}, i.die("it is in state %d, which does not exist", progress.state)
	}
	progress.Done = progress.state == actionDone
	if progress.wakeMs != 0 && progress.wakeMs <= math.MaxInt64 {
		progress.WakeAt = time.UnixMilli(int64(progress.wakeMs))
	}
	return progress, nil
}

// result copies the result of a run that is done.
func (i *instance) result(ctx context.Context, run uint32) ([]byte, error) {
	at, err := i.call(ctx, "action_result", uint64(run))
	if err != nil {
		return nil, err
	}
	head, ok := i.memory.Read(at, actionBytesBytes)
	if at == 0 || !ok {
		return nil, i.die("it has no result for a run that is done")
	}
	length := binary.LittleEndian.Uint32(head[actionBytesLen:])
	if length > longestResult {
		return nil, i.die("its result is larger than 128 MiB")
	}
	result, ok := i.copyOf(head)
	if !ok {
		return nil, i.die("it gave a result outside of its memory")
	}
	return result, nil
}

func (i *instance) release(ctx context.Context, run uint32) error {
	_, err := i.call(ctx, "action_release", uint64(run))
	return err
}

// takeAnnouncements gives what was announced since the previous call, in order.
func (i *instance) takeAnnouncements() []announcement {
	taken := i.announcements
	i.announcements = nil
	return taken
}

// event calls an export that delivers one. It returns the state, or why the event was refused.
func (i *instance) event(ctx context.Context, name string, values ...uint64) (int32, error) {
	state, err := i.call(ctx, name, values...)
	if err == nil && int32(state) > actionWaiting {
		err = i.die("%s returned state %d, which does not exist", name, state)
	}
	return int32(state), err
}

// call is the only place where the module is entered. A cancelled run is still asked for its account, so ctx does not
// end a call; the time limit does.
func (i *instance) call(ctx context.Context, name string, values ...uint64) (uint32, error) {
	if i.dead {
		return 0, fail(ErrTrap, "it has failed before and is not called again")
	}
	function, known := i.functions[name]
	if !known {
		function = i.module.ExportedFunction(name)
		i.functions[name] = function
	}
	var stack [5]uint64
	copy(stack[:], values)
	i.calling, i.announced = name, 0
	inside, cancel := context.WithTimeout(context.WithValue(context.WithoutCancel(ctx), instanceKey{}, i), i.timeout)
	defer cancel()
	err := function.CallWithStack(inside, stack[:])
	i.calling = ""
	if err == nil {
		return uint32(stack[0]), nil
	}
	i.dead = true
	var exit *sys.ExitError
	switch {
	case i.violation != "":
		return 0, fail(ErrTrap, "it broke the ABI in %s: %s", name, i.violation)
	case errors.As(err, &exit) && exit.ExitCode() == sys.ExitCodeDeadlineExceeded:
		return 0, failBy(ErrOutOfTime, err, "%s took longer than %v and was stopped", name, i.timeout)
	default:
		return 0, failBy(ErrTrap, err, "it trapped in %s: %s", name, reasonOf(err))
	}
}

// reasonOf is the first line of the engine's error; the rest is a trace, which holds names that the module chose.
func reasonOf(err error) string {
	text, _, _ := strings.Cut(err.Error(), "\n")
	return strings.TrimPrefix(text, "wasm error: ")
}

func (i *instance) die(format string, values ...any) error {
	i.dead = true
	return broken(format, values...)
}

// broken: the module did what the ABI does not allow.
func broken(format string, values ...any) *Error {
	return fail(ErrTrap, "it broke the ABI: "+format, values...)
}

// copyOf copies the range of an action_bytes.
func (i *instance) copyOf(at []byte) ([]byte, bool) {
	length := binary.LittleEndian.Uint32(at[actionBytesLen:])
	if length == 0 {
		return nil, true // the pointer may be anything
	}
	bytes, ok := i.memory.Read(binary.LittleEndian.Uint32(at[actionBytesPtr:]), length)
	return append([]byte(nil), bytes...), ok
}

// blockOf writes a response into a block of the module; 0: it has no memory for it.
func (i *instance) blockOf(ctx context.Context, r *response) (uint32, error) {
	size := actionHTTPResponseBytes + uint64(len(r.headers)) + uint64(len(r.body))
	if size > math.MaxUint32 {
		return 0, nil
	}
	block, err := i.call(ctx, "action_alloc", size)
	if err != nil || block == 0 {
		return 0, err
	}
	memory, ok := i.memory.Read(block, uint32(size))
	if !ok {
		return 0, i.die("it gave a block outside of its memory")
	}
	clear(memory[:actionHTTPResponseBytes])
	put := func(offset int, value uint32) { binary.LittleEndian.PutUint32(memory[offset:], value) }
	headersAt := block + actionHTTPResponseBytes
	put(actionHTTPResponseSize, actionHTTPResponseBytes)
	put(actionHTTPResponseStatus, r.status)
	put(actionHTTPResponseError, r.err)
	put(actionHTTPResponseFlags, r.flags)
	put(actionHTTPResponseHeaders+actionBytesPtr, headersAt)
	put(actionHTTPResponseHeaders+actionBytesLen, uint32(len(r.headers)))
	put(actionHTTPResponseBody+actionBytesPtr, headersAt+uint32(len(r.headers)))
	put(actionHTTPResponseBody+actionBytesLen, uint32(len(r.body)))
	copy(memory[actionHTTPResponseBytes:], r.headers)
	copy(memory[actionHTTPResponseBytes+len(r.headers):], r.body)
	return block, nil
}

// What follows runs inside the module's calls. It panics only where the ABI lets the host end the instance; the engine
// turns that into an error of the call.

func (i *instance) violate(format string, values ...any) {
	i.violation = fmt.Sprintf(format, values...)
	panic(errors.New(i.violation))
}

func (i *instance) announce(a announcement) {
	isAllowed := i.calling == "action_wake" || i.calling == "action_http_done" ||
		(i.calling == "action_cancel" && a.request == nil)
	if !isAllowed {
		i.violate("it announced something where it must not")
	}
	if len(i.announcements) >= mostAnnouncements {
		i.violate("it announced more than %d times in one call", mostAnnouncements)
	}
	i.announcements = append(i.announcements, a)
}

func (i *instance) httpSend(run, exchange, pointer uint32) {
	memory, ok := i.memory.Read(pointer, actionHTTPRequestBytes)
	if !ok {
		i.violate("http_send was given a request outside of its memory")
	}
	u32 := func(offset int) uint32 { return binary.LittleEndian.Uint32(memory[offset:]) }
	if u32(actionHTTPRequestSize) < actionHTTPRequestBytes {
		i.violate("http_send was given a request shorter than version 1's")
	}
	part := func(offset int) []byte {
		i.announced += uint64(u32(offset + actionBytesLen))
		if i.announced > mostAnnouncedBytes {
			i.violate("it announced more than 64 MiB in one call")
		}
		bytes, ok := i.copyOf(memory[offset:])
		if !ok {
			i.violate("a range of a request is outside of its memory")
		}
		return bytes
	}
	i.announce(announcement{run, exchange, &announcedRequest{
		timeoutMs:     u32(actionHTTPRequestTimeoutMs),
		responseLimit: u32(actionHTTPRequestResponseLimit),
		connection:    string(part(actionHTTPRequestConnection)),
		method:        string(part(actionHTTPRequestMethod)),
		target:        string(part(actionHTTPRequestTarget)),
		headers:       part(actionHTTPRequestHeaders),
		body:          part(actionHTTPRequestBody),
	}})
}
