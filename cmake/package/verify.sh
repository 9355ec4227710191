#!/usr/bin/env bash
# verify.sh DIR: checks what `./dev package` made, as somebody who downloaded it would: that each file is there, is in
# SHA256SUMS and has its bytes, and the signature of that list if PUBLIC_KEY names a key file of minisign or cosign. It
# prints each command that it runs.
set -euo pipefail
dir=${1:?usage: ./dev verify DIR}
key=${PUBLIC_KEY:+$(realpath -e -- "$PUBLIC_KEY")} # not a file of that name in DIR, which proves nothing
cd "$dir"
shopt -s dotglob
failed=0
run() {
  printf '   %s\n' "$*"
  "$@" || failed=1
}
[ -f SHA256SUMS ] || { echo "$dir has no SHA256SUMS" >&2 && exit 1; }
run sha256sum --check --quiet --strict SHA256SUMS
for file in *; do
  case $file in SHA256SUMS | SHA256SUMS.minisig | SHA256SUMS.cosign) continue ;; esac
  cut -c 67- SHA256SUMS | grep -qxF -- "$file" || { echo "$file: is not in SHA256SUMS" >&2 && failed=1; }
done
if [ -z "$key" ]; then
  echo "   no signature was checked: PUBLIC_KEY names no key"
elif [ -f SHA256SUMS.minisig ] && grep -q minisign "$key"; then
  run minisign -V -q -p "$key" -m SHA256SUMS
elif [ -f SHA256SUMS.cosign ]; then
  run cosign verify-blob --key "$key" --insecure-ignore-tlog --bundle SHA256SUMS.cosign SHA256SUMS
else
  echo "there is no signature for $key" >&2
  failed=1
fi
[ "$failed" = 0 ] && echo "$(grep -c . SHA256SUMS) files are as they were released" || exit 1
