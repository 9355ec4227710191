#!/usr/bin/env bash
# run-parts.sh [PART…]: builds and runs parts of the tests, and ends with a table of their times and the line "N passed,
# N failed, N skipped". Without a PART: the short set. "all": every one. "list": the table of parts. "one PART": what it
# calls itself with for each, once all is built.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# builds, beside the modules: its own tests, the kit's, or the program with the sandbox.
# part        set    builds    needs (groups of packages)                 minutes what it tests
parts='
src           short  tests     native                                     0.1     the action'"'"'s core, part by part
vectors       short  tests     native,wasm,emscripten                     0.1     vectors: the core and both modules give the same bytes
abi           short  tests     native,wasm,emscripten                     0.1     the ABI against abi/golden.json: header, modules, features
manifest      short  tests     native                                     0.1     the manifest, its schema and its checker
module        short  tests     native,wasm,emscripten                     0.5     both modules: memory, large documents, fuzzing corpora
simulation    short  tests     native                                     0.3     a simulated server; "all" plays more seeds
sandbox       short  tests     native                                     0.1     the stand-in for the server
wasmtime      short  tests     native,wasm,emscripten                     0.5     the native host
cli           short  tests     native,wasm,emscripten                     0.5     the command line end to end, killed runs included
js            short  skipcall  native,wasm,emscripten,javascript          1.0     the JavaScript host
python        short  skipcall  native,wasm,emscripten,python              0.7     the Python host
python-call   short  skipcall  native,wasm,python                         0.5     the typed call in Python, and both packages as installed
js-call       short  skipcall  native,wasm,javascript                     0.2     the typed call in JavaScript, and the programs of its README
conformance   short  tests     native                                     0.5     the conformance kit, and what it says of the native host
n8n           short  -         wasm,javascript                            0.5     the n8n node'"'"'s parts
more-hosts    all    kit       native,javascript,python,go                3.5     the kit on the other hosts, and on hosts that break a rule each
runtimes      all    kit       native,wasm,javascript,python,runtimes     3.0     the JavaScript host in Bun, Deno, workerd and Node.js 20: a removal, and the kit
page          all    kit       native,wasm,javascript,browser             5       the kit on the JavaScript host in a page of Chromium
go            all    skipcall  native,wasm,emscripten,go                  1.5     the Go host, and the typed call, under the race detector
fuzz          all    tests     native                                     0.1     the corpora of the fuzz targets, replayed
reproducible  all    -         native,wasm,emscripten                     1.5     the same bytes of both modules from another folder
sanitizers    all    -         native,wasm,emscripten,sanitizers          12      native tests under ASan and UBSan, and the fuzz targets
mcp           all    skipcall  native,wasm,javascript                     2.0     the MCP server, with official and hostile clients
mcp-official  all    skipcall  native,wasm,javascript                     1.0     the MCP conformance suite, the inspector, the bundle
node-red      all    skipcall  native,wasm,javascript,browser             3.5     the node in Node-RED: runtime, editor, killed and restarted
temporal      all    skipcall  native,wasm,javascript,temporal            4.5     the Temporal workflow on a real server: workers killed, a million contacts
n8n-real      all    skipcall  native,wasm,javascript,services            5       the node in a real n8n
n8n-queue     all    skipcall  native,wasm,javascript,services            3       the node in n8n'"'"'s queue mode, a worker killed
n8n-editor    all    skipcall  native,wasm,javascript,services,browser    1       the node in n8n'"'"'s editor
browser       all    skipcall  native,wasm,emscripten,javascript,browser  5       page and extension in Chromium, the host in Firefox
package       all    -         native,wasm,javascript,python,go,package   10      what is released, built twice, installed in bare places
'

# The parts of the short set and of "all" run in the order of the table.
case ${1:-short} in
  list)
    printf '  %-13s%-7s%-9s%-43s%s\n' part set minutes needs tests
    while read -r part set _ needs minutes what; do
      [ -z "$part" ] || printf '  %-13s%-7s%-9s%-43s%s\n' "$part" "$set" "$minutes" "${needs//,/ }" "$what"
    done <<<"$parts"
    exit
    ;;
  one) wanted=$2 ;;
  short) wanted=$(awk '$2 == "short" {print $1}' <<<"$parts") ;;
  all) wanted=$(awk 'NF {print $1}' <<<"$parts") ;;
  *) wanted=$(printf '%s\n' "$@") ;;
esac
for part in $wanted; do
  grep -q "^$part " <<<"$parts" || {
    echo "./dev test: there is no part '$part'. The parts:" >&2
    "${BASH_SOURCE[0]}" list >&2
    exit 2
  }
done
export SKIPCALL_SIMULATION_SEEDS=${SKIPCALL_SIMULATION_SEEDS:-$([ "${1:-}" = all ] && echo 8000 || echo 1000)}
jobs=$(nproc)
results=build/tests
mkdir -p "$results"

say() { printf '\n== %s\n' "$*"; }
needs() { grep -q "^\($(tr '\n' '|' <<<"$wanted" | sed 's/|*$//; s/|/\\|/g')\) .*[ ,]$1[ ,]" <<<"$parts"; }

# timed NAME COMMAND…: one row of the table, kept in a file of its name.
timed() {
  local name=$1 start=$SECONDS outcome=passed
  shift
  "$@" || outcome=FAILED
  printf '%-14s %-7s %3d min %02d s\n' "$name" "$outcome" $(((SECONDS - start) / 60)) $(((SECONDS - start) % 60)) \
    >"$results/$name.row"
  [ "$outcome" = passed ]
}

# ---------------------------------------------------------------------------------------------------------------
# Setting up
# ---------------------------------------------------------------------------------------------------------------

install() {
  local groups=(test)
  for group in native wasm emscripten sanitizers javascript python go temporal services browser package runtimes; do
    ! needs "$group" || groups+=("$group")
  done
  cmake/install-packages.sh "${groups[@]}"
}

build() {
  ! needs wasm || ./dev build wasm || return
  ! needs emscripten || ./dev build wasm-emscripten || return
  local targets=() part
  for part in $wanted; do
    case $(awk -v part="$part" '$1 == part {print $3}' <<<"$parts") in
      tests) targets+=("tests/$part/all") ;;
      kit) targets+=(tests/conformance/all) ;;
      skipcall) targets+=(skipcall) ;;
    esac
  done
  [ "${#targets[@]}" = 0 ] || ./dev build dev "${targets[@]}"
}

# ---------------------------------------------------------------------------------------------------------------
# Running
# ---------------------------------------------------------------------------------------------------------------

run_ctest() { # NAME ARGUMENTS…
  ctest --output-on-failure -j "$jobs" --output-junit "$PWD/$results/$1.xml" "${@:2}"
}

# run_npm NAME PACKAGE SCRIPT: node's test runner writes its results beside ctest's.
run_npm() {
  NODE_OPTIONS="--test-reporter=spec --test-reporter-destination=stdout \
    --test-reporter=junit --test-reporter-destination=$PWD/$results/$1.xml" npm --prefix "$2" run --silent "$3"
}

# run_pytest NAME PACKAGE
run_pytest() {
  .tools/python/bin/python -m pytest -q -c "$2/pyproject.toml" --rootdir "$2" --junit-xml "$PWD/$results/$1.xml" "$2"
}

run_go() { # NAME
  go generate ./apps/go || return # embeds the module
  CGO_ENABLED=1 go run gotest.tools/gotestsum@v1.13.0 --format pkgname --junitfile "$PWD/$results/$1.xml" -- \
    -race -count=1 ./hosts/go/... ./apps/go/... # the cache does not notice a rebuilt module
}

run_part() {
  case $1 in
    abi) run_ctest "$1" --test-dir build/dev/tests/abi -E reproducible ;;
    reproducible) run_ctest "$1" --test-dir build/dev/tests/abi -R reproducible ;;
    fuzz) run_ctest "$1" --test-dir build/dev/tests/fuzz -R replay ;;
    sanitizers) ./dev build asan && run_ctest "$1" --test-dir build/asan -E "conformance|js-" ;; # those judge other builds
    cli) jobs=6 run_ctest "$1" --test-dir build/dev/tests/cli ;; # they mostly wait
    go) run_go "$1" ;;
    js) run_npm "$1" hosts/js test ;;
    js-call) run_npm "$1" apps/js test ;;
    python) run_pytest "$1" hosts/python ;;
    python-call) run_pytest "$1" apps/python ;;
    conformance) run_ctest "$1" --test-dir build/dev/tests/conformance -R "kit|wasmtime" ;;
    more-hosts)
      go build -o build/bin/go_conformance_adapter ./hosts/go/conformance || return
      run_ctest "$1" --test-dir build/dev/tests/conformance -E "kit|wasmtime|js-|page"
      ;;
    runtimes) run_ctest "$1" --test-dir build/dev/tests/conformance -R "js-" ;;
    page) run_ctest "$1" --test-dir build/dev/tests/conformance -R page ;;
    n8n) run_npm "$1" apps/n8n test ;;
    mcp) run_npm "$1" apps/mcp test ;;
    node-red) run_npm "$1" apps/node-red test:all ;;
    mcp-official) run_npm "$1" apps/mcp test:official ;;
    temporal) run_npm "$1" apps/temporal test ;;
    n8n-real) run_npm "$1" apps/n8n test:n8n ;;
    n8n-queue) run_npm "$1" apps/n8n test:queue ;;
    n8n-editor) run_npm "$1" apps/n8n test:editor ;;
    browser) run_npm "$1" apps/browser test ;;
    package)
      ./dev package || return
      PYTHONPATH=tests/support/python .tools/python/bin/python -m pytest -q -p no:cacheprovider \
        --junit-xml "$results/$1.xml" tests/package
      ;;
    *) run_ctest "$1" --test-dir "build/dev/tests/$1" ;;
  esac
}

test_one() { # PART
  say "Testing: $1"
  timed "$1" run_part "$1" || true
}

if [ "${1:-}" = one ]; then
  test_one "$2" >"$results/$2.log" 2>&1
  exec flock "$results" cat "$results/$2.log" # in one piece, though others end at the same time
fi
install
CHROMIUM=${CHROMIUM:-$(command -v chromium || true)}
export CHROMIUM
[ -n "$CHROMIUM" ] || ! needs browser || say "There is no Chromium (CHROMIUM names one): the tests in it are skipped"
rm -f "$results"/*.{xml,row,log}
timed building build || { cat "$results/building.row" && exit 1; }
setup=(building)
if needs javascript; then
  PATH=$PWD/.tools/node/bin:$PATH
  timed packages cmake/install-npm.sh || exit 1
  timed js-host npm --prefix hosts/js run --silent build || exit 1
  setup+=(packages js-host)
fi
! needs go || PATH=$(cmake/fetch-go.sh):$PATH
# Parts of the short set mostly wait: one more than there are cores runs at a time. Each of the others gets the machine
# for itself.
short=() long=()
for part in $wanted; do
  if grep -q "^$part  *short " <<<"$parts"; then short+=("$part"); else long+=("$part"); fi
done
if [ "${#short[@]}" -gt 1 ]; then
  say "Testing, $((jobs + 1)) at a time: ${short[*]}"
  printf '%s\n' "${short[@]}" | xargs -P $((jobs + 1)) -n 1 tests/run-parts.sh one ||
    true # a part that was killed has no row, and counts as failed
else
  long=("${short[@]}" "${long[@]}")
fi
for part in "${long[@]}"; do test_one "$part"; done

rows=("${setup[@]/%/.row}")
files=()
failed=0
for part in $wanted; do
  rows+=("$part.row")
  files+=("$results/$part.xml")
  ! grep -qs passed "$results/$part.row" || continue
  failed=1
  say "What failed, again: ./dev test $part"
done
printf '\n'
(cd "$results" && cat "${rows[@]}") || true
printf '\n'
python3 cmake/count_tests.py "${files[@]}"
[ "$failed" = 0 ]
