package actionhost

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"testing"
)

// The project's vectors (tests/vectors/README.md): the same announcements and the same bytes of result as the native
// core.

const repository = "../.."

var moduleFiles = map[string]string{
	"wasi-sdk":   filepath.Join(repository, "build/wasm/remove_contacts.wasm"),
	"emscripten": filepath.Join(repository, "build/wasm-emscripten/remove_contacts.wasm"),
}

func compileFile(t testing.TB, path string) *Module {
	t.Helper()
	wasm, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; ./dev build makes the modules", err)
	}
	return compile(t, wasm, ModuleOptions{})
}

func compile(t testing.TB, wasm []byte, options ModuleOptions) *Module {
	t.Helper()
	module, err := Compile(context.Background(), wasm, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = module.Close(context.Background()) })
	return module
}

type vector struct {
	name  string
	lines []json.RawMessage
}

func readVectors(t *testing.T, path string) (vectors []vector) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	scanner := bufio.NewScanner(bytes.NewReader(text))
	scanner.Buffer(nil, 64<<20)
	for scanner.Scan() {
		line := bytes.Clone(scanner.Bytes())
		if members := parseObject(line); members["journal"] != nil {
			var note string
			if err := json.Unmarshal(members["note"], &note); err != nil {
				t.Fatal(err)
			}
			vectors = append(vectors, vector{name: note})
		}
		last := &vectors[len(vectors)-1]
		last.lines = append(last.lines, line)
	}
	if scanner.Err() != nil || len(vectors) == 0 {
		t.Fatal("no vectors in ", path, scanner.Err())
	}
	return vectors
}

var stateNames = map[int32]string{actionDone: "done", actionERun: "E_RUN", actionEExchange: "E_EXCHANGE",
	actionEBusy: "E_BUSY", actionEStruct: "E_STRUCT"}

// seen gives what an event led to, in the words of an expectation.
func seen(t *testing.T, instance *instance, run uint32, state int32) map[string]any {
	t.Helper()
	expectation := map[string]any{}
	if state != actionWaiting {
		expectation["state"] = stateNames[state]
	}
	progress, err := instance.status(t.Context(), run)
	if err != nil {
		t.Fatal(err)
	}
	if progress.Phase != PhaseSending && !progress.Done {
		expectation["phase"] = progress.Phase.String()
	}
	if progress.wakeMs != 0 {
		expectation["wakeMs"] = float64(progress.wakeMs)
	}
	var calls []any
	for _, a := range instance.takeAnnouncements() {
		if a.request == nil {
			calls = append(calls, map[string]any{"cancel": float64(a.exchange)})
			continue
		}
		calls = append(calls, map[string]any{"send": float64(a.exchange), "target": a.request.target, "body": string(a.request.body)})
	}
	if calls != nil {
		expectation["calls"] = calls
	}
	return expectation
}

func replayVector(t *testing.T, instance *instance, v vector) {
	head := parseObject(v.lines[0])
	var action, seed string
	var input journalBytes
	for name, into := range map[string]any{"action": &action, "seed": &seed, "input": &input} {
		if err := json.Unmarshal(head[name], into); err != nil {
			t.Fatal(name, err)
		}
	}
	number, err := strconv.ParseUint(seed, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	var flags uint32
	if err := json.Unmarshal(head["flags"], &flags); err != nil {
		t.Fatal(err)
	}
	run, err := instance.start(t.Context(), action, input, flags, number)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := instance.release(t.Context(), run); err != nil {
			t.Error(err)
		}
	}()
	pending := map[string]any{} // what was seen, and not yet expected
	hasResult := false
	settle := func(at int) {
		if !maps.EqualFunc(pending, map[string]any{}, reflect.DeepEqual) {
			t.Fatalf("before line %d: seen, but not expected: %v", at, pending)
		}
	}
	for at, line := range v.lines[1:] {
		members := parseObject(line)
		switch {
		case members["event"] != nil:
			settle(at)
			pending = seen(t, instance, run, deliverVector(t, instance, run, members))
		case members["expect"] != nil:
			var expected map[string]any
			if err := json.Unmarshal(members["expect"], &expected); err != nil {
				t.Fatal(err)
			}
			calls, _ := expected["calls"].([]any)
			for _, call := range calls {
				delete(call.(map[string]any), "timeoutMs")
			}
			if !reflect.DeepEqual(expected, pending) {
				t.Fatalf("line %d: expected %v, seen %v", at, expected, pending)
			}
			pending = nil
		case members["result"] != nil:
			settle(at)
			hasResult = true
			result, err := instance.result(t.Context(), run)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(result, members["result"]) {
				t.Fatalf("expected the result\n%s\nseen\n%s", members["result"], result)
			}
		}
	}
	settle(len(v.lines))
	if progress, err := instance.status(t.Context(), run); err != nil || progress.Done != hasResult {
		t.Fatal("a result was expected of a run that has not ended, or the other way round", err)
	}
}

func deliverVector(t *testing.T, instance *instance, run uint32, members map[string]json.RawMessage) (state int32) {
	t.Helper()
	e, err := readEvent(members)
	if err != nil {
		t.Fatal(err)
	}
	switch e.kind {
	case eventWake:
		state, err = instance.wake(t.Context(), run, e.now)
	case eventCancel:
		state, err = instance.cancel(t.Context(), run, e.now)
	default:
		state, err = instance.httpDone(t.Context(), run, e.exchange, e.now, e.response)
	}
	if err != nil {
		t.Fatal(err)
	}
	return state
}

func TestVectors(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(repository, "tests/vectors/*.jsonl"))
	if err != nil || len(files) < 5 {
		t.Fatal("there are too few vectors", files, err)
	}
	for build, path := range moduleFiles {
		module := compileFile(t, path)
		instance, err := newInstance(t.Context(), module)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			for _, v := range readVectors(t, file) {
				t.Run(build+"/"+filepath.Base(file)+"/"+v.name, func(t *testing.T) { replayVector(t, instance, v) })
			}
		}
		instance.close(t.Context())
	}
}
