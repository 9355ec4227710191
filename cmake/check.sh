#!/usr/bin/env bash
# check.sh: formatting, static analysis and generated files, of each language. Each check that fails says what to do;
# the others still run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

check_failed=0
# check NAME WHAT-TO-DO COMMAND…
check() {
  local name=$1 remedy=$2 start=$SECONDS
  shift 2
  printf '\n== Checking: %s\n' "$name"
  if "$@"; then
    echo "passed in $((SECONDS - start)) s"
  else
    check_failed=1
    printf 'FAILED: %s. %s\n' "$name" "$remedy" >&2
  fi
}

# The header of the ABI is laid out by hand, for reading.
check_format() {
  git ls-files -- '*.cpp' '*.hpp' '*.h' '*.c' | grep -v '^abi/' | xargs clang-format-19 --dry-run --Werror
}

# The native build's compile commands name every file with its flags; only our own sources are checked.
check_tidy() {
  run-clang-tidy-19 -quiet -p build/dev -j "$(nproc)" "^$PWD/(src|sandbox|hosts|apps)/" >build/tidy.log 2>&1 && return
  grep -E 'warning:|error:' build/tidy.log | sort -u
  return 1
}

check_python() { git ls-files -- '*.py' | xargs black --quiet --check --line-length 120; }

# The packages are typed, and linted more strictly than the repository's scripts.
check_python_packages() {
  local package bin=$PWD/.tools/python/bin
  for package in hosts/python apps/python; do
    (cd "$package" && "$bin/ruff" check --quiet . && "$bin/ruff" format --quiet --check . && "$bin/mypy") || return
  done
}

check_shell() { git ls-files -- dev .ci '*.sh' | xargs -r shellcheck -x; }

check_generated() {
  local generator failed=0
  for generator in examples/generate.py abi/generate.py plugin-manifest/generate_types.py; do
    python3 "$generator" --check || failed=1
  done
  [ "$failed" = 0 ]
}

check_javascript() {
  local package
  npm --prefix hosts/js run --silent build || return # the others take it as it was built
  for package in hosts/js apps/js apps/n8n apps/browser apps/mcp apps/temporal apps/node-red; do
    (cd "$package" && npm run --silent lint && npm run --silent --if-present format:check) || return
  done
  (cd apps/n8n && npm run --silent scan)
}

check_go() {
  local unformatted
  unformatted=$(git ls-files -- '*.go' | xargs gofmt -l)
  [ -z "$unformatted" ] || { echo "$unformatted" && return 1; }
  go generate ./apps/go || return # the module goes in
  go vet ./hosts/go/... ./apps/go/... && go run honnef.co/go/tools/cmd/staticcheck@v0.8.2 ./hosts/go/... ./apps/go/...
}

check_workflows() { go run github.com/rhysd/actionlint/cmd/actionlint@v1.7.7; }

# No line names a folder of somebody's machine.
check_places() {
  ! git grep -nIE '(^|[^[:alnum:]_.])/(work|root|home/[[:alnum:]])/' -- . ':!cmake/check.sh'
}

cmake/install-packages.sh native wasm javascript python go check
check "formatting" "Run: git ls-files '*.cpp' '*.hpp' | xargs clang-format-19 -i" check_format
check "formatting of Python" "Run: git ls-files '*.py' | xargs black --line-length 120" check_python
check "Python packages" "See each message; ruff format formats." check_python_packages
check "shell scripts" "See each message." check_shell
check "generated files" "Run the generator that the message names." check_generated
check "no paths of a machine" "Take the path out of the lines above." check_places
cmake/install-npm.sh
PATH=$PWD/.tools/node/bin:$PATH
./dev build wasm # the n8n node holds the module
check "JavaScript and TypeScript" "Run npm run lint in the package; npm run format fixes formatting." check_javascript
PATH=$(cmake/fetch-go.sh):$PATH
check "GitHub's workflows" "See each message." check_workflows
check "Go" "gofmt -w formats the files that are named; the other lines name their rule." check_go
./dev build dev skipcall
check "static analysis" "Each line above names its check; .clang-tidy lists them." check_tidy
[ "$check_failed" = 0 ] || exit 1
printf '\n== All checks passed\n'
