#!/usr/bin/env bash
# fetch-wasmtime.sh: puts wasmtime's C and C++ API into .tools/wasmtime/{include,lib} of the checkout, where
# cmake/FindWasmtime.cmake looks. Needs pip, cargo 1.82 or newer, cmake and python3. With --check or --check-cargo it
# only reports, by its exit code, whether that is done, or whether there is such a cargo.
#
# Wasmtime has no Debian package, and its release archives are in no package registry. Two packages of one release
# give the same files: the Python wheel holds the shared library (built with the default features), the crate of the
# C API holds the headers. Both are pinned by SHA-256: the wheel's is in wasmtime-wheel.txt, beside this file.
set -euo pipefail

version=50.0.1
crate_sha256=3c24d3970786b4baecb5b6aff31759b4f361879e8d99dbd5dc36a9524a0db6e6

# shellcheck source=cmake/wheel.sh
. "$(dirname "${BASH_SOURCE[0]}")/wheel.sh" wasmtime
stamp="$version $crate_sha256 $stamp"

# `cargo info` came with cargo 1.82. Ubuntu's versioned packages keep cargo and rustc in their own folder.
find_cargo() {
  local cargo
  for cargo in "${CARGO:-cargo}" /usr/lib/rust-1.*/bin/cargo; do
    if "$cargo" info --help >/dev/null 2>&1; then
      echo "$cargo"
      return 0
    fi
  done
  return 1
}

case ${1:-} in
  --check) if is_there; then exit 0; else exit 1; fi ;;
  --check-cargo) find_cargo >/dev/null && exit 0 || exit 1 ;;
esac
if is_there; then exit 0; fi
cargo=$(find_cargo) || {
  echo "fetch-wasmtime.sh: cargo 1.82 or newer is needed, for the headers of wasmtime's C API" >&2
  exit 1
}

unpack_wheel
mkdir -p "$work/new/lib"
mv "$work"/wasmtime/*/_libwasmtime.so "$work/new/lib/libwasmtime.so"

# `cargo info` downloads and unpacks this one crate; `cargo fetch` would download two hundred others.
(cd "$work" && PATH="$PATH:$(dirname "$cargo")" CARGO_HOME="$work/cargo" "$cargo" info --quiet \
  --registry crates-io "wasmtime-c-api-impl@$version" >"$work/cargo.log" 2>&1) || {
  cat "$work/cargo.log" >&2
  exit 1
}
crate=("$work"/cargo/registry/cache/*/wasmtime-c-api-impl-"$version".crate)
echo "$crate_sha256  ${crate[0]}" | sha256sum --check --quiet
tar -xzf "${crate[0]}" -C "$work"
cmake -DWASMTIME_HEADER_DST="$work/new/include" \
  -P "$work/wasmtime-c-api-impl-$version/cmake/install-headers.cmake" >/dev/null

keep "$work/new"
echo "wasmtime $version is in .tools/wasmtime"
