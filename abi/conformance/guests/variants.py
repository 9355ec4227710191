#!/usr/bin/env python3
"""variants.py FOLDER: makes the modules that gate.json lists out of gate.wat, each by wabt's wat2wasm, and adds the
custom section, for which wabt's text has no form in all its versions."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

here = Path(__file__).parent
MANIFEST = b'{"abiVersion":"1.1","actions":[{"export":"gate"}],"connections":[]}'
SECTION = b"\x0faction_manifest" + MANIFEST  # shorter than 128 bytes, so its length is one byte
base = (here / "gate.wat").read_text(encoding="utf-8")
with tempfile.TemporaryDirectory() as folder:
    for name, variant in json.loads((here / "gate.json").read_text(encoding="utf-8")).items():
        text = base
        for old, new in variant["changes"]:
            if text.count(old) != 1:
                sys.exit(f"{name}: not once in gate.wat: {old}")
            text = text.replace(old, new)
        source = Path(folder) / f"{name}.wat"
        source.write_text(text, encoding="utf-8")
        module = Path(sys.argv[1]) / f"{name}.wasm"
        subprocess.run(["wat2wasm", *variant.get("flags", []), source, "-o", module], check=True)
        if MANIFEST not in module.read_bytes():
            sys.exit(f"{name}: action_manifest gives another manifest than the section")
        with module.open("ab") as file:
            file.write(bytes([0, len(SECTION)]) + SECTION)
