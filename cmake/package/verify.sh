#!/usr/bin/env bash
# verify.sh DIR: checks what `./dev package` made, as somebody who downloaded it would: that each file is there, is in
# SHA256SUMS and has its bytes, and the signature of that list if PUBLIC_KEY names a key file of minisign or cosign. It
# prints each command that it runs.
set -euo pipefail
dir=${1:?usage: ./dev verify DIR}
cd "$dir"
failed=0
run() {
  printf '   %s\n' "$*"
  "$@" || failed=1
}
[ -f SHA256SUMS ] || { echo "$dir has no SHA256SUMS" >&2 && exit 1; }
run sha256sum --check --quiet --strict SHA256SUMS
for file in *; do
  case $file in SHA256SUMS*) continue ;; esac
  grep -qF "  $file" SHA256SUMS || { echo "$file: is not in SHA256SUMS" >&2 && failed=1; }
done
if [ -z "${PUBLIC_KEY:-}" ]; then
  echo "   no signature was checked: PUBLIC_KEY names no key"
elif [ -f SHA256SUMS.minisig ] && grep -q minisign "$PUBLIC_KEY"; then
  run minisign -V -q -p "$PUBLIC_KEY" -m SHA256SUMS
elif [ -f SHA256SUMS.cosign ]; then
  run cosign verify-blob --key "$PUBLIC_KEY" --insecure-ignore-tlog --bundle SHA256SUMS.cosign SHA256SUMS
else
  echo "there is no signature for $PUBLIC_KEY" >&2
  failed=1
fi
[ "$failed" = 0 ] && echo "$(grep -c . SHA256SUMS) files are as they were released" || exit 1
