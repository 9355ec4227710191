#!/usr/bin/env bash
# install-npm.sh: installs what the npm packages of this repository are built and tested with, from one lockfile, with
# the project's own Node.js. n8n's scanner stays separate: it needs an override that the others must not have.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
PATH=$(cmake/fetch-node.sh):$PATH
for folder in . apps/n8n/scan; do
  [ "$folder/package-lock.json" -nt "$folder/node_modules/.package-lock.json" ] || continue
  printf '\n== Installing: npm ci in %s\n' "$folder"
  (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
done
