#!/usr/bin/env bash
# sign.sh DIR: signs DIR/SHA256SUMS with each key that the environment names: MINISIGN_SECRET_KEY, a file of minisign
# without a password, and COSIGN_KEY, a file of cosign's (version 3) with COSIGN_PASSWORD.
set -euo pipefail
cd "$1"
if [ -n "${MINISIGN_SECRET_KEY:-}" ]; then
  minisign -S -s "$MINISIGN_SECRET_KEY" -m SHA256SUMS </dev/null
fi
if [ -n "${COSIGN_KEY:-}" ]; then
  cosign sign-blob --yes --key "$COSIGN_KEY" --use-signing-config=false --tlog-upload=false \
    --bundle SHA256SUMS.cosign SHA256SUMS
fi
