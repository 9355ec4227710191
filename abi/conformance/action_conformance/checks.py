"""Checks that a case names because data cannot express them."""

import json
import zlib

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
            yield "a requested wake never came"


def clock_goes_on(evidence: Evidence):
    """Between the first and the last event at least half a second passed: three wakes 250 ms apart were requested."""
    times = [record.numbers[1] for record in evidence.log if record.kind in "WD"]
    passed = times[-1] - times[0]
    if not 200 <= passed <= 1000 * evidence.ended.seconds + 50:
        yield f"now_ms advanced by {passed} ms in a run of {evidence.ended.seconds:.1f} s"


def journal_well_formed(evidence: Evidence):
    """By JOURNAL.md: the head first, then wakes and responses with sums that follow from each other."""
    data = evidence.ended.files.get("journal.jsonl", b"")
    if not data.endswith(b"\n"):
        yield "there is no journal, or its last line does not end"
        return
    last_sum = b""
    events = []
    for number, line in enumerate(data[:-1].split(b"\n")):
        body, mark, rest = line.rpartition(b',"sum":')
        try:
            entry = json.loads(line)
        except ValueError:
            yield f"line {number + 1} is not JSON"
            return
        wanted = f"{zlib.crc32(last_sum + body):08x}"
        if not mark or entry.get("sum") != wanted:
            yield f"line {number + 1} has the sum {entry.get('sum')}, expected {wanted}"
        if not entry.get("end"):
            last_sum = wanted.encode()
        if number == 0 and (entry.get("journal") != 1 or not line.startswith(b'{"journal":1')):
            yield "the first line is not a head of format 1"
        if "event" in entry:
            events.append(entry)
    seen = [record for record in evidence.log if record.kind in "WDC"]
    names = {"W": "wake", "D": "response", "C": "cancel"}
    if [entry["event"] for entry in events] != [names[record.kind] for record in seen]:
        yield f"the journal has the events {[entry['event'] for entry in events]}"
    for entry, record in zip(events, seen):
        if entry.get("now") != record.numbers[1]:
            yield f"an event has now {entry.get('now')} in the journal, the module got {record.numbers[1]}"
        if record.answer is not None and (entry.get("status"), entry.get("exchange")) != (
            record.answer.status,
            record.answer.exchange,
        ):
            yield f"response {record.answer.exchange} differs in the journal"


CHECKS = {
    "wakes-in-time": wakes_in_time,
    "clock-goes-on": clock_goes_on,
    "journal-well-formed": journal_well_formed,
}
