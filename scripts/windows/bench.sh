#!/usr/bin/env bash
# Prints start, memory and speed of ukeyd.exe under wine beside those of Linux, for orientation. Expects build/windows-x64 and
# build/release.
set -euo pipefail
cd "$(dirname "$0")/../.."
scripts/install_packages.sh test run node windows
scripts/npm_install.sh tests/e2e
scripts/windows/wine.sh node tests/e2e/windows_bench.mjs
