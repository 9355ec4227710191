#!/usr/bin/env bash
# install-npm.sh: installs what the npm packages of this repository are built and tested with, each from its lockfile,
# by the project's own Node.js.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
PATH=$(cmake/fetch-node.sh):$PATH
for package in hosts/js apps/n8n apps/browser apps/n8n/scan; do
  [ "$package/package-lock.json" -nt "$package/node_modules/.package-lock.json" ] || continue
  printf '\n== Installing: %s\n' "$package"
  (cd "$package" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
done
