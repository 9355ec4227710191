package actionhost

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"slices"
	"time"
)

const defaultGrace = 5 * time.Second

// Options are those of a [Host]. The zero value is good.
type Options struct {
	// Transport has the proxy, certificates and dialers to be used. It is copied, and what the ABI needs is set: HTTP/1.1,
	// no decoding, limits. Nil: one with the proxy that the environment names.
	Transport *http.Transport
	// Logger hears of each exchange at the level debug: method, status, error, time. Nil: nobody does.
	Logger *slog.Logger
}

// A Host runs the actions of a module. It is safe for concurrent use; each run has an instance of its own.
type Host struct {
	module    *Module
	transport *http.Transport
	log       *slog.Logger
}

// New makes a host for a module, which stays the caller's.
func New(module *Module, options Options) *Host {
	log := options.Logger
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Host{module, strict(options.Transport), log}
}

// Module returns what the host runs.
func (h *Host) Module() *Module { return h.module }

// Close closes connections that are kept. Runs that are under way go on.
func (h *Host) Close() { h.transport.CloseIdleConnections() }

// RunControl is what goes on while a run runs, whether it is new or resumed.
type RunControl struct {
	// Connections by the manifest's ids. A request for one that is not given is answered NO_CREDENTIAL.
	Connections map[string]Connection
	// Stop ends the run gently when it is closed: nothing new is sent, open requests may end for Grace, and the account is
	// exact.
	Stop <-chan struct{}
	// Grace is 5 s where it is 0.
	Grace time.Duration
	// OnProgress is called after each event, by the goroutine that runs the run.
	OnProgress func(Progress)
}

// RunOptions say what is to be run.
type RunOptions struct {
	RunControl
	// Action is an export that the manifest names.
	Action string
	// Input is UTF-8 JSON.
	Input []byte
	// Seed is what all that a run draws comes from. Nil: a random one.
	Seed *uint64
	// Journal is where events are written down, so that [Host.Resume] can go on after a crash. Nil: nowhere.
	Journal Journal
}

// A RunEnd is how a run ended. Whether the action did its work is for its result to say.
type RunEnd struct {
	// Result is UTF-8 JSON. It holds text of the server: data, not markup.
	Result   []byte
	Progress Progress
	// LastFailure is of the last request that had no whole response: host, port and cause, harmless and without the key.
	LastFailure string
}

// Decode reads the result into a value, as [json.Unmarshal] does.
func (e *RunEnd) Decode(into any) error { return json.Unmarshal(e.Result, into) }

// Run runs an action to its end.
//
// When ctx is done, the run is cancelled: requests that are open are given up, and the account comes all the same. So
// then both are returned, the end with its result, and an error that is [context.Cause] of ctx. For any other error,
// which is an [*Error] or what the journal returned, there is no end, and requests that were open may have been carried
// out.
func (h *Host) Run(ctx context.Context, options RunOptions) (*RunEnd, error) {
	isKnown := slices.ContainsFunc(h.module.manifest.Actions, func(action ManifestAction) bool {
		return action.Export == options.Action
	})
	if !isKnown {
		return nil, fail(ErrUsage, "the module has no action %q", options.Action)
	}
	guards, err := newGuards(h.module.manifest, options.Connections)
	if err != nil {
		return nil, err
	}
	request := runRequest{action: options.Action, input: options.Input}
	if request.seed = rand.Uint64(); options.Seed != nil { // it spreads waits; nothing secret depends on it
		request.seed = *options.Seed
	}
	record := func(event) error { return nil }
	if options.Journal != nil {
		if len(options.Journal.Lines()) > 0 {
			return nil, refuseJournal("it has a run already; resume it")
		}
		var sums lineSums
		if err := options.Journal.Append(sums.close(newHead(request, h.module, guards).line())); err != nil {
			return nil, err
		}
		record = func(e event) error { return options.Journal.Append(sums.close(e.line())) }
	}
	return h.drive(ctx, &journalText{head: journalHead{request: request}, isWhole: true}, guards, record, options.RunControl)
}

// Resume resumes a run where its journal ends, whichever host began it. What was announced and has no response in the
// journal is sent again. Where the journal may have been cut off, each request counts as one that may have been sent
// before. It returns what Run does; [ErrJournal]: damaged, or of another module, server or key.
func (h *Host) Resume(ctx context.Context, journal Journal, control RunControl) (*RunEnd, error) {
	guards, err := newGuards(h.module.manifest, control.Connections)
	if err != nil {
		return nil, err
	}
	text, err := readJournal(journal)
	if err != nil {
		return nil, err
	}
	if err := text.head.check(h.module, guards); err != nil {
		return nil, err
	}
	isTidy := text.count == len(journal.Lines())
	record := func(e event) error {
		if !isTidy {
			if err := journal.Cut(text.count); err != nil {
				return err
			}
			isTidy = true
		}
		return journal.Append(text.sums.close(e.line()))
	}
	return h.drive(ctx, text, guards, record, control)
}

func (h *Host) drive(ctx context.Context, text *journalText, guards map[string]*guard, record func(event) error,
	control RunControl) (*RunEnd, error) {
	instance, err := newInstance(context.WithoutCancel(ctx), h.module)
	if err != nil {
		return nil, err
	}
	defer instance.close(context.WithoutCancel(ctx))
	run, err := startRun(ctx, instance, text.head.request)
	if err != nil {
		return nil, err
	}
	exchanges := newExchanges(ctx, guards, h.transport, h.log)
	defer exchanges.close()
	d := drive{run: run, exchanges: exchanges, clock: newClock(), stop: control.Stop, grace: control.Grace,
		onProgress: control.OnProgress}
	if d.grace <= 0 {
		d.grace = defaultGrace
	}
	if d.onProgress == nil {
		d.onProgress = func(Progress) {}
	}
	result, err := func() ([]byte, error) {
		if err := run.replay(ctx, text.events); err != nil {
			return nil, err
		}
		run.record = record
		isNew := true
		for _, e := range text.events {
			isNew = isNew && e.kind == eventGap
			d.clock.resumeAt(e.now)
		}
		return d.toTheEnd(ctx, isNew, !text.isWhole)
	}()
	if err != nil {
		var own *Error
		if errors.As(err, &own) && own.Progress == nil {
			progress := run.progress
			own.Progress = &progress
		}
		return nil, err
	}
	end := &RunEnd{Result: result, Progress: run.progress, LastFailure: exchanges.failure}
	if d.isCancelled {
		return end, context.Cause(ctx)
	}
	return end, nil
}
