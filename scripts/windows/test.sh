#!/usr/bin/env bash
# Runs the C++ tests of one of the Windows presets under wine: scripts/windows/test.sh windows-x64 [ctest options]
set -euo pipefail
cd "$(dirname "$0")/../.."
preset=$1
shift
scripts/windows/wine.sh ctest --preset "$preset" --output-on-failure -j2 "$@"
