#!/usr/bin/env bash
# The whole path in real browsers; expects build/release, web-sdk/dist and sandbox/web/dist (trading, portal).
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/install_packages.sh test node
scripts/npm_install.sh tests/e2e
# Says at its end what failed and why, which is all that is left of a long log.
cd tests/e2e && node --test --test-reporter=spec --test-concurrency=1 "$@"
