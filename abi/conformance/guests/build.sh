#!/usr/bin/env bash
# build.sh [FOLDER]: makes the guests from their sources, here or in FOLDER. Needs clang-19, lld-19 and wabt.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
out=$(realpath "${1:-.}")
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT

# The manifest's area is as large as the longest manifest of a case; white space at the end of JSON says nothing.
python3 - "$work/probe.manifest.padded" <<'PY'
import json, sys
text = json.dumps(json.load(open("probe.manifest.json")), separators=(",", ":"))
open(sys.argv[1], "w").write(text.ljust(4096))
PY
clang-19 --target=wasm32 -mcpu=mvp -std=c23 -O2 -Wall -Wextra -Wno-infinite-recursion -ffreestanding -nostdlib -fno-builtin \
  "-I$work" "--embed-dir=$work" "-Wa,-I$work" -Wl,--no-entry -Wl,--stack-first -Wl,-z,stack-size=65536 \
  -Wl,--max-memory=134217728 -Wl,--strip-all -o "$out/probe.wasm" probe.c
python3 variants.py "$out"
