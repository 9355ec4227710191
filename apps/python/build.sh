#!/usr/bin/env bash
# build.sh DIR: the wheels and source distributions of hosts/python and of this package, with the module of build/wasm
# inside.
set -euo pipefail
to=$(mkdir -p "$1" && cd "$1" && pwd)
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
cmake/install-python.sh >/dev/null
cp build/wasm/remove_contacts.wasm apps/python/src/skipcall_remove_contacts/
for package in hosts/python apps/python; do cmake/package/python.sh "$package" "$to"; done
