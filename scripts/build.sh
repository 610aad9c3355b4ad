#!/usr/bin/env bash
# Builds one preset of the C++ programs: scripts/build.sh PRESET [further cmake -D options]
set -euo pipefail
cd "$(dirname "$0")/.."
preset=$1
shift
scripts/install_packages.sh build
cmake --preset "$preset" "$@" >/dev/null
cmake --build --preset "$preset"
