package actionhost

import "time"

// Phase says, for people, what a run is doing.
type Phase uint32

// A phase that is not known is one more kind of sending.
const (
	PhaseReady      Phase = actionPhaseReady
	PhaseSending    Phase = actionPhaseSending
	PhaseRateWindow Phase = actionPhaseRateWindow
	PhaseBackOff    Phase = actionPhaseBackOff
)

func (p Phase) String() string {
	switch p {
	case PhaseReady:
		return "ready"
	case PhaseRateWindow:
		return "rate window"
	case PhaseBackOff:
		return "back-off"
	default:
		return "sending"
	}
}

// Progress is where a run is.
type Progress struct {
	Done  bool
	Phase Phase
	// WakeAt is when the module wants to go on by itself; zero: it waits for responses alone.
	WakeAt time.Time
	// Total is how many items the run has to deal with, without invalid ones and duplicates.
	Total     int
	Confirmed int
	// Failed items were refused, or are unknown and not tried again.
	Failed int
	// Open requests have been announced and not answered.
	Open     int
	Requests int
	// Retries are those of Requests that repeat an earlier one.
	Retries int

	state  int32
	wakeMs uint64
}
