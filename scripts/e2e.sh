#!/usr/bin/env bash
# The whole path in real browsers; expects build/release, web-sdk/dist and sandbox/web/dist.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/install_packages.sh test node
stamp=tests/e2e/node_modules/.installed-lock
if ! cmp -s tests/e2e/package-lock.json "$stamp"; then
  npm --prefix tests/e2e ci --no-audit --no-fund --loglevel=error
  cp tests/e2e/package-lock.json "$stamp"
fi
cd tests/e2e && node --test --test-concurrency=1 "$@"
