#!/usr/bin/env bash
# What a change has to pass on any machine: the C++ tests in release, the SDK's, and real browsers end to end.
# scripts/test.sh [install|build|cpp|sdk|e2e ...] runs only the parts named. scripts/check.sh does the rest.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/parts.sh
# Only what fails is worth reading in a log of thousands of tests.
export GTEST_BRIEF=1

part_install() { scripts/install_packages.sh build test run node; }
part_build() { scripts/build.sh release; }
part_cpp() {
  ctest --preset release --output-on-failure -j2
  # At how many points enrolments were killed, and the token pulled.
  grep -hE '(killed|pulled) (at|in) [0-9]+' build/release/Testing/Temporary/LastTest.log || true
}
part_sdk() {
  scripts/build_web.sh web-sdk
  npm --prefix web-sdk test --silent
}
part_e2e() {
  scripts/build_web.sh web-sdk sandbox/web
  scripts/e2e.sh
}

run_parts "install build cpp sdk e2e" "$@"
