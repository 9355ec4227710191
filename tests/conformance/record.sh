#!/usr/bin/env bash
# record.sh [NAME -- HOST…]: runs the conformance kit against a host, keeps the outcome under NAME and regenerates
# docs/HOSTS.md. Without arguments: for all hosts in this repository that are built.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../abi/conformance"
root=$PWD/../..

record() { # NAME HOST…
  local name=$1 expectations=()
  shift
  [ ! -e "expectations/$name.json" ] || expectations=(--expectations "expectations/$name.json")
  "${within[@]}" "$root/.tools/python/bin/python" -m action_conformance --quiet "${expectations[@]}" --json "results/$name.json" -- "$@" || true
}

mkdir -p results
within=()
if [ $# -gt 2 ] && [ "$2" = -- ]; then
  record "$1" "${@:3}"
else
  record wasmtime "$root/build/dev/bin/wasmtime_conformance_adapter"
  PYTHONPATH=$root/hosts/python/src record python "$root/.tools/python/bin/python" -m skipcall_action_host.conformance
  record go "$root/build/bin/go_conformance_adapter"
  adapter=$root/hosts/js/conformance/adapter.mjs
  record js node "$adapter"
  record js-node20 "$root/.tools/runtimes/node20" "$adapter"
  record js-deno "$root/.tools/runtimes/deno" run --allow-all "$adapter"
  record js-bun "$root/.tools/runtimes/bun" "$adapter"
  page=$root/hosts/js/conformance/chromium.mjs
  within=(node "$page" within) # one browser for all cases
  record page node "$page"
fi
python3 -m action_conformance.hosts results >"$root/docs/HOSTS.md"
