#!/usr/bin/env bash
# What is checked beside the tests: formatting and clang-tidy of what changed, AddressSanitizer and
# UndefinedBehaviorSanitizer over all C++ tests, ThreadSanitizer over those in which threads meet, a little fuzzing. The part
# windows builds what there is for Windows and tests it under wine.
# scripts/check.sh [install|lint|asan|tsan|fuzz|windows ...] runs only the parts named.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/parts.sh
export GTEST_BRIEF=1

part_install() { scripts/install_packages.sh build test run fuzz lint; }
part_lint() { scripts/lint.sh changed; }
part_asan() {
  scripts/build.sh asan
  ctest --preset asan --output-on-failure -j2
}
part_tsan() {
  scripts/configure.sh tsan
  cmake --build --preset tsan --target ukey_threaded_tests
  # ThreadSanitizer's own memory needs the addresses where the kernel may have put the program.
  setarch "$(uname -m)" -R ctest --preset tsan -L threads --output-on-failure -j2
}
part_fuzz() { UKEY_FUZZ_SECONDS=${UKEY_FUZZ_SECONDS:-20} scripts/fuzz.sh fuzz_pki; }
part_windows() {
  scripts/install_packages.sh windows
  local status=0
  scripts/windows/libraries.sh x86_64 >/dev/null || status=$?
  if [ "$status" -eq 69 ]; then
    echo "WINDOWS WAS NOT CHECKED: this machine's mirror has no source packages of Debian" >&2
    return 0
  fi
  [ "$status" -eq 0 ] || return "$status"
  scripts/windows/build.sh windows-x64
  scripts/windows/test.sh windows-x64
}

# Windows is a part that has to be named: its programs have not been started yet (docs/windows.md).
[ $# -gt 0 ] || set -- install lint asan tsan fuzz
run_parts "install lint asan tsan fuzz windows" "$@"
