#!/usr/bin/env bash
# python.sh FOLDER DIR: builds the wheel and the source distribution of a Python package into DIR. PyPI shows its README,
# so its links become absolute, in the copy that is built.
set -euo pipefail
folder=$1 to=$(cd "$2" && pwd)
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
tar -cf - --exclude='.*_cache' --exclude=__pycache__ -C "$folder" . | tar -xf - -C "$copy"
python3 - "$copy/README.md" "$folder" <<'PYTHON'
import json, pathlib, sys
sys.dont_write_bytecode = True
sys.path.insert(0, "cmake/package")
import npm
readme = pathlib.Path(sys.argv[1])
repository = json.loads(pathlib.Path("hosts/js/package.json").read_text())["repository"]["url"]
readme.write_text(npm.absolute(readme.read_text(), sys.argv[2], repository.removeprefix("git+").removesuffix(".git")))
PYTHON
.tools/python/bin/python -m build --no-isolation --outdir "$to" "$copy" >"$copy.log" 2>&1 || { cat "$copy.log" >&2 && exit 1; }
rm "$copy.log"
