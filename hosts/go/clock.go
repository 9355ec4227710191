package actionhost

import "time"

// clock gives unix time in milliseconds that never runs backwards: the wall clock is read once, and the monotonic one
// counts from there. A resumed run continues at its journal's last time if the clock is behind it.
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

// resumeAt makes the clock continue from a time.
func (c *clock) resumeAt(last uint64) {
	if now := c.now(); last > now {
		c.ahead = last - now
	}
	c.last = max(c.last, last)
}
