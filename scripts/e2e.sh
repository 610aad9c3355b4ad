#!/usr/bin/env bash
# The whole path in real browsers; expects build/release, web-sdk/dist and sandbox/web/dist (trading, portal).
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/install_packages.sh test node
scripts/npm_install.sh tests/e2e
cd tests/e2e && node --test --test-concurrency=1 "$@"
