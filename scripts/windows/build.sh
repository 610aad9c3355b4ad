#!/usr/bin/env bash
# Builds one of the Windows presets: scripts/windows/build.sh windows-x64|windows-x86 [further cmake -D options] [-- ninja options]
# Of 32 bits there is only what loads a maker's library of 32 bits, and the soft token.
set -euo pipefail
cd "$(dirname "$0")/../.."
preset=$1
shift
scripts/install_packages.sh build windows
case $preset in
  windows-x64) arch=x86_64 tests=ON ;;
  windows-x86) arch=i686 tests=OFF ;;
  *) echo "no such preset: $preset" >&2; exit 2 ;;
esac
libraries=$(scripts/windows/libraries.sh "$arch")
options=()
while [ $# -gt 0 ] && [ "$1" != -- ]; do options+=("$1"); shift; done
[ $# -gt 0 ] && shift
# What an earlier run left out of this folder is built again, unless this one says so.
cmake --preset "$preset" -DUKEY_TESTS=$tests -DUKEY_WINDOWS_LIBRARIES="$libraries" "${options[@]}" >/dev/null
cmake --build --preset "$preset" -- "$@"
