package actionhost

import "time"

// clock gives unix time in milliseconds that never runs backwards: the wall clock is read once, then the monotonic one
// counts on. A run that is resumed goes on at its journal's last time where the clock is behind it.
type clock struct {
	start time.Time
	ahead uint64
	last  uint64
}

func newClock() *clock { return &clock{start: time.Now()} }

func (c *clock) now() uint64 {
	now := uint64(c.start.UnixMilli()+time.Since(c.start).Milliseconds()) + c.ahead
	c.last = max(c.last, now)
	return c.last
}

// resumeAt makes the clock go on from a time.
func (c *clock) resumeAt(last uint64) {
	if now := c.now(); last > now {
		c.ahead = last - now
	}
	c.last = max(c.last, last)
}
