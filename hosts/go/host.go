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

// Options configure a [Host]. The zero value is ready to use.
type Options struct {
	// Transport has the proxy, certificates and dialers to use. It is copied, and what the ABI needs is set: HTTP/1.1, no
	// decoding, limits. Nil: one with the proxy from the environment.
	Transport *http.Transport
	// Logger logs each exchange at level debug: method, status, error, time. Nil: nothing is logged.
	Logger *slog.Logger
}

// A Host runs the actions of a module. It is safe for concurrent use; each run has its own instance.
type Host struct {
	module    *Module
	transport *http.Transport
	log       *slog.Logger
}

// New makes a host for a module, which the caller keeps and closes.
func New(module *Module, options Options) *Host {
	log := options.Logger
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Host{module, strict(options.Transport), log}
}

// Module returns what the host runs.
func (h *Host) Module() *Module { return h.module }

// Close closes connections that are kept. Runs that are under way continue.
func (h *Host) Close() { h.transport.CloseIdleConnections() }

// RunControl is what a run needs while it runs, whether it is new or resumed.
type RunControl struct {
	// Connections by the manifest's ids. A request for one that is missing gets NO_CREDENTIAL.
	Connections map[string]Connection
	// Stop ends the run gently when it is closed: nothing new is sent, open requests may end for Grace, and the account is
	// exact.
	Stop <-chan struct{}
	// Grace defaults to 5 s.
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
	// Seed is the source of all the run's random numbers. Nil: a random one.
	Seed *uint64
	// Journal is where events are recorded, so that [Host.Resume] can continue after a crash. Nil: nowhere.
	Journal Journal
}

// A RunEnd is how a run ended. Its result says whether the action did its work.
type RunEnd struct {
	// Result is UTF-8 JSON. It holds text from the server: data, not markup.
	Result   []byte
	Progress Progress
	// LastFailure says why the last request without a complete response failed: host, port and cause, safe to print and
	// without the key.
	LastFailure string
}

// Decode reads the result into a value, as [json.Unmarshal] does.
func (e *RunEnd) Decode(into any) error { return json.Unmarshal(e.Result, into) }

// Run runs an action to its end.
//
// When ctx is done, the run is cancelled: open requests are given up, and there is still an account. So both are
// returned then: the end with its result, and [context.Cause] of ctx as the error. For any other error, which is an
// [*Error] or what the journal returned, there is no end, and requests that were open may have been carried out.
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

// Resume resumes a run where its journal ends, whichever host began it. Requests without a response in the journal are
// sent again. If the journal may have been truncated, each request is treated as one that may have been sent before. It
// returns what Run does; [ErrJournal]: damaged, or of another module, server or key.
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
