#!/usr/bin/env bash
# Configures one preset of the C++ programs: scripts/configure.sh PRESET [further cmake -D options]
set -euo pipefail
cd "$(dirname "$0")/.."
preset=$1
shift
scripts/install_packages.sh build
# What an earlier run left out of this folder is built again, unless this one says so.
cmake --preset "$preset" -DUKEY_TESTS=ON "$@" >/dev/null
