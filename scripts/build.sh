#!/usr/bin/env bash
# Builds one preset of the C++ programs: scripts/build.sh PRESET [further cmake -D options]
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/configure.sh "$@"
cmake --build --preset "$1"
