#!/usr/bin/env bash
# install-python.sh: installs the packages of python-packages.txt into .tools/python, a virtual environment of the
# checkout, and prints its folder of programs.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
target=$here/../.tools/python
mkdir -p "$target/.."
exec 9>"$target.lock" && flock 9 # another build of the checkout may be doing the same
stamp="$(python3 --version) $(cksum <"$here/python-packages.txt")"
if [ "$(cat "$target/.packages" 2>/dev/null)" != "$stamp" ]; then
  printf '\n== Installing Python packages into .tools/python\n' >&2
  # What runs in an environment that is there goes on, so packages are changed in place.
  [ "$("$target/bin/python" --version 2>/dev/null)" = "$(python3 --version)" ] || rm -rf "$target"
  python3 -m venv "$target"
  "$target/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --only-binary :all: \
    --require-hashes --requirement "$here/python-packages.txt" >&2
  "$target/bin/python" -m pip check --disable-pip-version-check >&2
  echo "$stamp" >"$target/.packages"
fi
echo "$target/bin"
