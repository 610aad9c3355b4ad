#!/usr/bin/env bash
# Measures the bridge against floors of the same run: scripts/bench.sh [rounds]
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/install_packages.sh build run bench
command -v python3 >/dev/null || scripts/install_packages.sh test
scripts/build.sh release -DUKEY_TESTS=OFF -DUKEY_BENCH=ON
build/release/bin/bench_micro --benchmark_min_time=0.2
build/release/bin/bench_bridge build/release "${1:-11}"
build/release/bin/bench_load build/release
build/release/bin/bench_streams build/release
