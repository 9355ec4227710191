#!/usr/bin/env bash
# python.sh FOLDER DIR: builds the wheel and the source distribution of a Python package into DIR. PyPI shows its README,
# so its links become absolute, in the copy that is built.
set -euo pipefail
folder=$1 to=$(cd "$2" && pwd)
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
tar -cf - --exclude='.*_cache' --exclude=__pycache__ -C "$folder" . | tar -xf - -C "$copy"
python3 cmake/package/readme.py "$copy/README.md" "$folder"
log=$(.tools/python/bin/python -m build --no-isolation --outdir "$to" "$copy" 2>&1) || { echo "$log" >&2 && exit 1; }
