#!/usr/bin/env bash
# licences.sh [PACKAGE…]: the licences of what is compiled into the module, and of these Debian packages, as Debian
# records them. `common/NAME` is the text of a licence that these refer to.
set -euo pipefail
echo "What this contains besides its own code, and the licences of that"
for package in nlohmann-json3-dev libc++-19-dev-wasm32 wasi-libc "$@"; do
  case $package in
    common/*) file=/usr/share/common-licenses/${package#*/} ;;
    *) file=/usr/share/doc/$package/copyright ;;
  esac
  printf '\n%s\n%s\n\n' "$(printf '=%.0s' {1..80})" "$package"
  cat "$file"
done
