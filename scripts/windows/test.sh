#!/usr/bin/env bash
# Runs the tests of one of the Windows presets under wine: scripts/windows/test.sh windows-x64 [ctest options]
set -euo pipefail
cd "$(dirname "$0")/../.."
preset=$1
shift
export WINEPREFIX=$PWD/build/$preset/wine WINEDEBUG=-all LANG=C.UTF-8
if [ ! -e "$WINEPREFIX/ready" ]; then
  timeout 120 wineboot -i >/dev/null 2>&1 </dev/null
  timeout 60 wine winecfg -v win10 >/dev/null 2>&1 </dev/null
  touch "$WINEPREFIX/ready"
fi
# The services that the first wine process starts keep the output of whoever starts them, and ctest would wait for its end.
wineserver -p >/dev/null 2>&1 </dev/null
trap 'wineserver -k' EXIT
timeout 60 wine cmd /c exit >/dev/null 2>&1 </dev/null
ctest --preset "$preset" --output-on-failure -j2 "$@"
