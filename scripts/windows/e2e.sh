#!/usr/bin/env bash
# ukeyd.exe under wine, with the sites and a browser of Linux, end to end: scripts/windows/e2e.sh [options of node --test]
# Expects build/windows-x64, build/release with the sandbox, and the pages of both.
set -euo pipefail
cd "$(dirname "$0")/../.."
scripts/install_packages.sh test node windows
scripts/npm_install.sh tests/e2e
scripts/windows/wine.sh node --test --test-concurrency=1 "$@" tests/e2e/windows/*.mjs
