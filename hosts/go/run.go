package actionhost

import (
	"context"
	"fmt"
	"hash/crc32"
	"maps"
	"slices"
)

const (
	mostOpen      = 1000
	mostOpenBytes = 256 << 20
)

// run is one run in its instance: what it received, and what it asks for. Each method fails if the module traps or
// breaks a rule of the ABI; the run is then lost.
type run struct {
	instance *instance
	number   uint32
	progress Progress
	record   func(event) error // records an event before it is delivered

	unanswered   map[uint32]*announcedRequest // announced, and neither answered nor given up by the module
	announced    uint32                       // a digest of all announcements
	lastExchange uint32
	hasGap       bool            // events are missing in the history
	doubted      map[string]bool // requests that were reported as lost since
}

func startRun(ctx context.Context, instance *instance, r runRequest) (*run, error) {
	number, err := instance.start(ctx, r.action, r.input, r.flags, r.seed)
	if err != nil {
		return nil, err
	}
	progress, err := instance.status(ctx, number)
	if err != nil {
		return nil, err
	}
	return &run{
		instance:   instance,
		number:     number,
		progress:   progress,
		record:     func(event) error { return nil },
		unanswered: map[uint32]*announcedRequest{},
		doubted:    map[string]bool{},
	}, nil
}

func (r *run) isWaiting() bool { return !r.progress.Done }

func (r *run) digest() string { return fmt.Sprintf("%08x", r.announced) }

// waitingExchanges gives the exchanges without a response, in order.
func (r *run) waitingExchanges() []uint32 { return slices.Sorted(maps.Keys(r.unanswered)) }

// replay delivers the events of a journal; nothing is sent or written.
func (r *run) replay(ctx context.Context, history []event) error {
	for _, e := range history {
		_, isOpen := r.unanswered[e.exchange]
		isExpected := isOpen || e.kind != eventResponse && e.kind != eventLost
		if !r.isWaiting() || !isExpected || (e.announced != "" && e.announced != r.digest()) {
			return fail(ErrJournal, "it does not fit: the module now behaves differently")
		}
		if err := r.apply(ctx, e); err != nil {
			return err
		}
	}
	return nil
}

// deliver records one event and passes it to the module.
func (r *run) deliver(ctx context.Context, e event) error {
	e.announced = r.digest()
	if err := r.record(e); err != nil {
		return err
	}
	return r.apply(ctx, e)
}

func (r *run) apply(ctx context.Context, e event) (err error) {
	var state int32
	switch e.kind {
	case eventGap:
		r.hasGap = true
		clear(r.doubted)
		return nil
	case eventWake:
		state, err = r.instance.wake(ctx, r.number, e.now)
	case eventCancel:
		state, err = r.instance.cancel(ctx, r.number, e.now)
	case eventResponse, eventLost:
		if e.kind == eventLost {
			r.doubt(e.exchange)
		}
		delete(r.unanswered, e.exchange)
		state, err = r.instance.httpDone(ctx, r.number, e.exchange, e.now, e.response)
	}
	if err != nil {
		return err
	}
	if state < 0 {
		return broken("it refused an event that it had to take (%d)", state)
	}
	for _, a := range r.instance.takeAnnouncements() {
		if err := r.note(a); err != nil {
			return err
		}
	}
	if r.progress, err = r.instance.status(ctx, r.number); err != nil {
		return err
	}
	if state != r.progress.state {
		return broken("an event returned another state than the run is in")
	}
	return r.checkOpen()
}

func (r *run) checkOpen() error {
	if len(r.unanswered) > mostOpen {
		return broken("it has more than %d requests open", mostOpen)
	}
	bytes := 0
	for _, request := range r.unanswered {
		bytes += len(request.body)
	}
	if bytes > mostOpenBytes {
		return broken("it has requests of more than 256 MiB open")
	}
	return nil
}

// note records what the module announced, and adds it to the digest (abi/JOURNAL.md, "Events").
func (r *run) note(a announcement) error {
	if a.run != r.number || (a.request != nil && a.exchange <= r.lastExchange) {
		return broken("it announced an exchange of no run, or twice")
	}
	if a.request == nil {
		r.count(fmt.Appendf(nil, "cancel %d\n", a.exchange))
		delete(r.unanswered, a.exchange)
		return nil
	}
	q := a.request
	r.count(fmt.Appendf(nil, "send %d %d %d %d %d %d %d %d\n", a.exchange, q.timeoutMs, q.responseLimit,
		len(q.connection), len(q.method), len(q.target), len(q.headers), len(q.body)))
	for _, part := range [][]byte{[]byte(q.connection), []byte(q.method), []byte(q.target), q.headers, q.body} {
		r.count(part)
	}
	r.lastExchange = a.exchange
	r.unanswered[a.exchange] = q
	return nil
}

func (r *run) count(bytes []byte) { r.announced = crc32.Update(r.announced, crc32.IEEETable, bytes) }

// isDoubtful: if events are missing, each request may have been sent before. The first time it is announced, it is
// reported as lost instead of being sent, so that the module knows. The module then repeats it, and that is sent.
func (r *run) isDoubtful(exchange uint32) bool { return r.hasGap && r.doubt(exchange) }

// doubt is false if the request has been doubted before.
func (r *run) doubt(exchange uint32) bool {
	q, isOpen := r.unanswered[exchange]
	if !isOpen {
		return false
	}
	identity := fmt.Sprintf("%q %q %q %q", q.connection, q.method, q.target, q.body)
	isNew := !r.doubted[identity]
	r.doubted[identity] = true
	return isNew
}

func (r *run) result(ctx context.Context) ([]byte, error) {
	result, err := r.instance.result(ctx, r.number)
	if err != nil {
		return nil, err
	}
	_ = r.instance.release(ctx, r.number) // the account is complete, whatever the module does in this call
	return result, nil
}
