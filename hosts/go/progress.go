package actionhost

import "time"

// Phase says, for people, what a run is doing.
type Phase uint32

// An unknown phase is another kind of sending.
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

// Progress is how far a run has got.
type Progress struct {
	Done  bool
	Phase Phase
	// WakeAt is when the module asks to be woken; zero: it waits only for responses.
	WakeAt time.Time
	// Total is how many items the run has to deal with, without invalid ones and duplicates.
	Total     int
	Confirmed int
	// Failed items were refused, or are unknown and will not be retried.
	Failed int
	// Open requests have been announced and not answered.
	Open     int
	Requests int
	// Retries are those of Requests that repeat an earlier one.
	Retries int

	state  int32
	wakeMs uint64
}
