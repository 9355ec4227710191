"""Checks that a case names because they cannot be said as data."""

from .evidence import Evidence

EARLY_MS, LATE_MS = 1, 1500


def wakes_in_time(evidence: Evidence):
    """Each wake against the wake_ms before it. Early and extra ones are harmless, so only lateness counts."""
    wakes = [record.numbers for record in evidence.log if record.kind == "W"]
    for _, now, _, wanted in wakes[1:]:
        if wanted > 1 and now - wanted > LATE_MS:
            yield f"a wake came {now - wanted} ms late"
    wanted_times = {wanted for _, _, _, wanted in wakes if wanted > 1}
    for wanted in wanted_times:
        if not any(now + EARLY_MS >= wanted for _, now, _, _ in wakes):
            yield "a wake that was wanted never came"


def clock_goes_on(evidence: Evidence):
    """Between the first and the last event at least half a second passed: three wakes of 250 ms were wanted."""
    times = [record.numbers[1] for record in evidence.log if record.kind in "WD"]
    passed = times[-1] - times[0]
    if not 200 <= passed <= 1000 * evidence.ended.seconds + 50:
        yield f"now_ms went on by {passed} ms in a run of {evidence.ended.seconds:.1f} s"


CHECKS = {"wakes-in-time": wakes_in_time, "clock-goes-on": clock_goes_on}
