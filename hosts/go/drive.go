package actionhost

import (
	"context"
	"time"
)

const (
	longestWait  = time.Minute
	longestPause = 100 * time.Millisecond
	mostHeldBack = 10_000
)

// drive is the loop that runs an action to its end: it passes what the module announced to the sender, and brings
// responses back. ABI.md, "Writing a host", has the same in pseudo code. One goroutine does all of it; each request has
// one more, which ends in exchanges.
type drive struct {
	run        *run
	exchanges  *exchanges
	clock      *clock
	stop       <-chan struct{} // closed: nothing new is sent, and open requests may end for grace
	grace      time.Duration
	onProgress func(Progress)

	sent      map[uint32]bool
	lost      []uint32 // to be reported as lost
	stopBegan time.Time
	idleWakes int

	isCancelled bool // because ctx was done
}

// toTheEnd drives a run, which may have replayed a journal. mayMissEvents: that journal may have been cut off. When ctx
// is done, the run is cancelled, and its account is the result.
func (d *drive) toTheEnd(ctx context.Context, isNew, mayMissEvents bool) ([]byte, error) {
	d.sent = map[uint32]bool{}
	d.takeOpenAsLost()
	if d.run.isWaiting() && mayMissEvents {
		if err := d.run.deliver(ctx, event{kind: eventGap, now: d.clock.now()}); err != nil {
			return nil, err
		}
	}
	for _, exchange := range d.lost {
		d.run.doubt(exchange)
	}
	if d.run.isWaiting() && isNew && !d.stopping() && ctx.Err() == nil {
		if err := d.deliver(ctx, event{kind: eventWake}); err != nil {
			return nil, err
		}
	}
	for d.run.isWaiting() {
		var err error
		switch {
		case ctx.Err() != nil:
			err = d.cancel(ctx)
		case len(d.lost) > 0:
			err = d.loseNext(ctx)
		case d.stopping():
			err = d.endGently(ctx)
		default:
			err = d.step(ctx)
		}
		if err != nil {
			return nil, err
		}
	}
	return d.run.result(ctx)
}

func (d *drive) stopping() bool {
	select {
	case <-d.stop:
		return true
	default:
		return false
	}
}

// step waits for a response or the next wake, and delivers what came: responses first, then the wake.
func (d *drive) step(ctx context.Context) error {
	wait, err := d.timeToWait()
	if err != nil {
		return err
	}
	arrivals := d.exchanges.receive(wait, ctx.Done(), d.stop)
	if err := d.deliverArrivals(ctx, arrivals); err != nil {
		return err
	}
	wakeMs := d.run.progress.wakeMs
	if len(arrivals) > 0 || wakeMs > d.clock.now() {
		d.idleWakes = 0
	}
	if d.run.isWaiting() && wakeMs != 0 && wakeMs <= d.clock.now() {
		d.idleWakes++
		return d.deliver(ctx, event{kind: eventWake})
	}
	return nil
}

// timeToWait makes a module that always asks to be woken at once wait longer each time, so that it does not occupy a
// processor.
func (d *drive) timeToWait() (time.Duration, error) {
	wakeMs, now := d.run.progress.wakeMs, d.clock.now()
	switch {
	case wakeMs == 0 && len(d.exchanges.open) == 0:
		return 0, broken("it waits for nothing")
	case wakeMs == 0:
		return longestWait, nil
	case wakeMs > now:
		return time.Duration(min(wakeMs-now, uint64(longestWait/time.Millisecond))) * time.Millisecond, nil
	default:
		pause := time.Duration(1)<<min(d.idleWakes, 10) - 1
		return min(pause*time.Millisecond, longestPause), nil
	}
}

func (d *drive) deliverArrivals(ctx context.Context, arrivals []arrival) error {
	for _, a := range arrivals {
		// The module may have ended the run, or given the exchange up, after one of those before.
		if _, isOpen := d.run.unanswered[a.exchange]; !isOpen || !d.run.isWaiting() {
			continue
		}
		if err := d.deliver(ctx, event{kind: eventResponse, exchange: a.exchange, response: a.response}); err != nil {
			return err
		}
	}
	return nil
}

// endGently is ABI.md, "Stopping gently": open requests may end, then what was held back is answered as not sent.
func (d *drive) endGently(ctx context.Context) error {
	if d.stopBegan.IsZero() {
		d.stopBegan = time.Now()
	}
	if left := d.grace - time.Since(d.stopBegan); len(d.exchanges.open) > 0 && left > 0 {
		return d.deliverArrivals(ctx, d.exchanges.receive(left, ctx.Done()))
	}
	d.exchanges.abandonAll()
	// A response may make the module announce the next try, which is held back and answered in turn.
	for range mostHeldBack {
		exchange, found := d.heldBack()
		if !found || !d.run.isWaiting() {
			break
		}
		held := event{kind: eventResponse, exchange: exchange, response: refused(actionHTTPCancelled)}
		if err := d.deliver(ctx, held); err != nil {
			return err
		}
	}
	if d.run.isWaiting() {
		return d.cancel(ctx)
	}
	return nil
}

func (d *drive) heldBack() (uint32, bool) {
	for _, exchange := range d.run.waitingExchanges() {
		if !d.sent[exchange] {
			return exchange, true
		}
	}
	return 0, false
}

// takeOpenAsLost: requests that a journal leaves open may have been sent; the outcome is unknown. The module sends them
// again, and counts that as another try.
func (d *drive) takeOpenAsLost() {
	d.lost = d.run.waitingExchanges()
	for _, exchange := range d.lost {
		d.sent[exchange] = true
	}
}

func (d *drive) loseNext(ctx context.Context) error {
	exchange := d.lost[0]
	d.lost = d.lost[1:]
	if _, isOpen := d.run.unanswered[exchange]; !isOpen {
		return nil // the module gave it up
	}
	return d.deliver(ctx, event{kind: eventLost, exchange: exchange})
}

// cancel ends the run; what has arrived is delivered first.
func (d *drive) cancel(ctx context.Context) error {
	if err := d.deliverArrivals(ctx, d.exchanges.receive(0)); err != nil || !d.run.isWaiting() {
		return err
	}
	if err := d.deliver(ctx, event{kind: eventCancel}); err != nil {
		return err
	}
	if d.run.isWaiting() {
		return broken("it continues after it was cancelled")
	}
	d.isCancelled = ctx.Err() != nil
	return nil
}

// deliver passes one event, and does what follows from it.
func (d *drive) deliver(ctx context.Context, e event) error {
	e.now = d.clock.now()
	if err := d.run.deliver(ctx, e); err != nil {
		return err
	}
	for exchange := range d.exchanges.open {
		if _, isOpen := d.run.unanswered[exchange]; !isOpen {
			d.exchanges.abandon(exchange)
		}
	}
	d.sendUnsent(ctx)
	d.onProgress(d.run.progress)
	return nil
}

// sendUnsent sends what was announced and not yet sent; once the run is to end, it holds that back.
func (d *drive) sendUnsent(ctx context.Context) {
	for _, exchange := range d.run.waitingExchanges() {
		if d.sent[exchange] {
			continue
		}
		isLost := d.run.isDoubtful(exchange)
		if !isLost && (d.stopping() || ctx.Err() != nil) {
			continue
		}
		d.sent[exchange] = true
		if isLost {
			d.lost = append(d.lost, exchange)
		} else {
			d.exchanges.send(exchange, d.run.unanswered[exchange])
		}
	}
}
