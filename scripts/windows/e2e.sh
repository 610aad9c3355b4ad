#!/usr/bin/env bash
# ukeyd.exe under wine, with the sites and a browser of Linux, end to end: scripts/windows/e2e.sh [options of node --test]
# Expects build/windows-x64; the sandbox and its pages it builds.
set -euo pipefail
cd "$(dirname "$0")/../.."
scripts/install_packages.sh build test run node windows
scripts/configure.sh release
cmake --build --preset release --target ukey-sandbox ukeyctl
scripts/build_web.sh web-sdk sandbox/web
scripts/npm_install.sh tests/e2e
scripts/windows/wine.sh node --test --test-reporter=spec --test-concurrency=1 "$@" tests/e2e/windows/*.mjs
