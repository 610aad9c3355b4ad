#!/usr/bin/env bash
# All tests: C++ in release, under AddressSanitizer and under ThreadSanitizer, the SDK, and real browsers end to end.
# Parsers of what a registration authority answers are fuzzed for a minute each (UKEY_FUZZ_SECONDS).
# scripts/test.sh [lint|cpp|sdk|e2e|fuzz|asan|tsan ...] runs only the parts named.
set -euo pipefail
cd "$(dirname "$0")/.."
parts=${*:-lint cpp sdk e2e asan tsan fuzz}
scripts/install_packages.sh build test run node
# Only what fails is worth reading in a log of thousands of tests.
export GTEST_BRIEF=1
part() { case " $parts " in *" $1 "*) echo "== $1 ($(date +%T))" ;; *) return 1 ;; esac; }

without_aslr() { setarch "$(uname -m)" -R "$@"; }

if part lint; then scripts/lint.sh format; fi
if part cpp; then
  scripts/build.sh release
  ctest --preset release --output-on-failure -j2
  # At how many points enrolments were killed, and the token pulled.
  grep -hE '(killed|pulled) (at|in) [0-9]+' build/release/Testing/Temporary/LastTest.log
fi
if part sdk; then
  scripts/build_web.sh web-sdk
  npm --prefix web-sdk test --silent
fi
if part e2e; then
  scripts/build.sh release
  scripts/build_web.sh web-sdk sandbox/web
  scripts/e2e.sh
fi
if part asan; then
  scripts/build.sh asan
  ctest --preset asan --output-on-failure -j2
fi
if part tsan; then
  scripts/build.sh tsan
  without_aslr ctest --preset tsan --output-on-failure -j2
fi
if part fuzz; then
  UKEY_FUZZ_SECONDS=${UKEY_FUZZ_SECONDS:-60} scripts/fuzz.sh fuzz_pki
fi
echo "== all parts passed ($(date +%T)): $parts"
