package actionhost

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"time"
)

const (
	defaultTimeout       = 60 * time.Second
	longestTimeout       = 10 * time.Minute
	defaultResponseLimit = 1 << 20
	largestResponse      = 16 << 20
	mostUnderway         = 64 // sent at a time, by a run; others wait, and their timeouts do not run
)

// exchanges are the requests of one run on their way: checked, sent, bounded in time and size, and their responses made
// fit for the module. Only the goroutine of the run calls its methods.
type exchanges struct {
	guards    map[string]*guard
	transport *http.Transport
	log       *slog.Logger

	ctx      context.Context // of all requests
	giveUp   context.CancelFunc
	open     map[uint32]context.CancelFunc
	arrived  chan arrival
	places   chan struct{}
	underway sync.WaitGroup
	failure  string
}

type arrival struct {
	exchange uint32
	response *response
	failure  string // what went wrong, with host and port; harmless, and without the key
}

func newExchanges(ctx context.Context, guards map[string]*guard, transport *http.Transport, log *slog.Logger) *exchanges {
	e := &exchanges{guards: guards, transport: transport, log: log, open: map[uint32]context.CancelFunc{},
		arrived: make(chan arrival), places: make(chan struct{}, mostUnderway)}
	// A cancelled run gives requests up explicitly, so that its account comes first.
	e.ctx, e.giveUp = context.WithCancel(context.WithoutCancel(ctx))
	return e
}

// send sends a request, or refuses it; either way a response arrives.
func (e *exchanges) send(exchange uint32, announced *announcedRequest) {
	ctx, cancel := context.WithCancel(e.ctx)
	e.open[exchange] = cancel
	e.underway.Go(func() {
		defer cancel()
		response, failure := e.responseTo(ctx, exchange, announced)
		select {
		case e.arrived <- arrival{exchange, response, failure}:
		case <-ctx.Done():
		}
	})
}

// abandon gives up an exchange. If its response still arrives, it is dropped.
func (e *exchanges) abandon(exchange uint32) {
	if cancel, isOpen := e.open[exchange]; isOpen {
		cancel()
		delete(e.open, exchange)
	}
}

func (e *exchanges) abandonAll() {
	for exchange := range e.open {
		e.abandon(exchange)
	}
}

// close gives up what is open and waits until nothing is left of it.
func (e *exchanges) close() {
	e.giveUp()
	e.underway.Wait()
}

// receive waits for a response, for wait, or for one of the signals, and returns what has arrived.
func (e *exchanges) receive(wait time.Duration, signals ...<-chan struct{}) []arrival {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	signals = append(signals, nil, nil)
	var arrivals []arrival
	select {
	case first := <-e.arrived:
		arrivals = e.take(arrivals, first)
	case <-timer.C:
	case <-signals[0]:
	case <-signals[1]:
	}
	for {
		select {
		case next := <-e.arrived:
			arrivals = e.take(arrivals, next)
		default:
			return arrivals
		}
	}
}

func (e *exchanges) take(arrivals []arrival, next arrival) []arrival {
	if _, isOpen := e.open[next.exchange]; !isOpen {
		return arrivals
	}
	delete(e.open, next.exchange)
	if next.failure != "" {
		e.failure = next.failure
	}
	return append(arrivals, next)
}

func refused(err uint32) *response { return &response{err: err, flags: actionHTTPNotSent} }

// responseTo does all of an exchange, on its own goroutine.
func (e *exchanges) responseTo(ctx context.Context, exchange uint32, announced *announcedRequest) (*response, string) {
	guard := e.guards[announced.connection]
	if guard == nil || !guard.hasCredential {
		return refused(actionHTTPNoCredential), "the host has no key for a connection that the module asked for"
	}
	request := request{
		method:        announced.method,
		url:           guard.urlOf(announced.target),
		body:          announced.body,
		timeout:       defaultTimeout,
		responseLimit: defaultResponseLimit,
	}
	headers, ok := guard.headersOf(announced.headers)
	if request.headers = headers; !ok || request.url == nil || !slices.Contains(allowedMethods, request.method) {
		return refused(actionHTTPDenied), "the host refused a request: its method, target or a header is not allowed"
	}
	if announced.timeoutMs > 0 {
		request.timeout = min(time.Duration(announced.timeoutMs)*time.Millisecond, longestTimeout)
	}
	if announced.responseLimit > 0 {
		request.responseLimit = int(min(announced.responseLimit, largestResponse))
	}
	select {
	case e.places <- struct{}{}:
		defer func() { <-e.places }()
	case <-ctx.Done():
		return refused(actionHTTPCancelled), ""
	}
	begun := time.Now()
	answer := send(ctx, e.transport, &request)
	e.log.LogAttrs(ctx, slog.LevelDebug, "exchange", slog.Int("exchange", int(exchange)),
		slog.String("method", request.method), slog.Int("status", answer.status), slog.Int("error", int(answer.err)), slog.Duration("took", time.Since(begun)))
	return finish(&answer, guard)
}

// finish makes the response in the module's form: in range, and without the key.
func finish(a *answer, guard *guard) (*response, string) {
	r := &response{status: uint32(a.status), err: a.err}
	if a.notSent && a.status == 0 {
		r.flags = actionHTTPNotSent
	}
	if a.status != 0 {
		var isWhole bool
		if r.headers, isWhole = writeHeaderBlock(a.headers); !isWhole && r.err == actionHTTPOK {
			r.err = actionHTTPTooLarge
		}
		r.body = a.body
		guard.mask(r.headers, false)
		guard.mask(r.body, r.err != actionHTTPOK)
	}
	if r.err == actionHTTPOK {
		return r, ""
	}
	detail := []byte(guard.server.Host + ": " + a.detail)
	guard.mask(detail, false)
	return r, harmless(string(detail))
}
