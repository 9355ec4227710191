#!/usr/bin/env python3
"""Makes contacts.csv and contacts.json from sandbox.json: the same bytes on every machine.

    python3 examples/generate.py           writes both files
    python3 examples/generate.py --check   writes nothing; exit code 1: a file differs from what would be written

Both files ask for the same removals. They take the first contacts of each generated
sequence of sandbox.json; the last 50 stay in the sequence. They also hold contacts that are in no sequence, duplicates,
and ids in upper case, as other tools export them. The rows are shuffled, so that the sequences alternate.
"""

import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "cmake"))
import generated  # noqa: E402

MASK = (1 << 64) - 1

LEFT_IN_SEQUENCE = 50  # contacts of each sequence that are not to be removed
ABSENT = 12  # contacts for each sequence that are not in it
TWICE = 10  # contacts of each sequence that are listed twice
UPPER_CASE_EVERY = 25
FIRST_NAMES = ["Léa", "Hugo", "Chloé", "Noé", "Zoë", "Jean", "Ana", "Paul"]
LAST_NAMES = ["Durand", "Le Goff", "Martin", "O'Neill", "Nguyễn", "Petit", "Müller"]


class Random:
    """splitmix64, as in sandbox/uuid.cpp."""

    def __init__(self, seed):
        self.state = seed

    def next(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return z ^ (z >> 31)

    def uuid(self):
        raw = bytearray(self.next().to_bytes(8, "big") + self.next().to_bytes(8, "big"))
        raw[6] = raw[6] & 0x0F | 0x40
        raw[8] = raw[8] & 0x3F | 0x80
        text = raw.hex()
        return "-".join([text[:8], text[8:12], text[12:16], text[16:20], text[20:]])


def shuffle(rows, random):
    for i in range(len(rows) - 1, 0, -1):
        k = random.next() % (i + 1)
        rows[i], rows[k] = rows[k], rows[i]


def make_rows(data):
    """Pairs of sequence id and contact id."""
    rows = []
    absent = Random(1000)
    for sequence in data["sequences"]:
        if "generate" not in sequence:
            continue
        random = Random(sequence["generate"]["seed"])
        contacts = [random.uuid() for _ in range(sequence["generate"]["count"] - LEFT_IN_SEQUENCE)]
        contacts += contacts[:TWICE] + [absent.uuid() for _ in range(ABSENT)]
        rows += [(sequence["id"], contact) for contact in contacts]
    shuffle(rows, Random(2000))
    return [(s, c.upper() if i % UPPER_CASE_EVERY == 0 else c) for i, (s, c) in enumerate(rows)]


def quote(cell):
    return '"' + cell.replace('"', '""') + '"' if any(c in cell for c in ',"\n') else cell


def make_csv(rows):
    lines = ["sequenceId,contactId,name"]
    random = Random(3000)
    for sequence, contact in rows:
        last = LAST_NAMES[random.next() % len(LAST_NAMES)]
        first = FIRST_NAMES[random.next() % len(FIRST_NAMES)]
        lines.append(",".join(quote(cell) for cell in (sequence, contact, f"{last}, {first}")))
    return "\n".join(lines) + "\n"


def make_json(rows):
    removals = {}
    for sequence, contact in rows:
        removals.setdefault(sequence, []).append(contact)
    parts = []
    for sequence, contacts in removals.items():
        ids = ",\n      ".join(json.dumps(contact) for contact in contacts)
        name = json.dumps(sequence, ensure_ascii=False)
        parts.append('    {"sequenceId": ' + name + ', "contactIds": [\n      ' + ids + "\n    ]}")
    return '{\n  "removals": [\n' + ",\n".join(parts) + "\n  ]\n}\n"


def main():
    rows = make_rows(json.loads((HERE / "sandbox.json").read_text(encoding="utf-8")))
    files = {"examples/contacts.csv": lambda: make_csv(rows), "examples/contacts.json": lambda: make_json(rows)}
    return generated.main("examples/generate.py", files)


if __name__ == "__main__":
    sys.exit(main())
