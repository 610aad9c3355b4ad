#!/usr/bin/env bash
# What is checked beside the tests: formatting and clang-tidy of what changed, AddressSanitizer and
# UndefinedBehaviorSanitizer over all C++ tests, ThreadSanitizer over those in which threads meet, a little fuzzing; the programs
# for Windows and their MSI, tried under wine.
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
  unless_unavailable "WINDOWS WAS NOT CHECKED: this machine's mirror has no source packages of Debian" \
    scripts/windows/libraries.sh x86_64 || return 0
  scripts/windows/build.sh windows-x64
  scripts/windows/build.sh windows-x86
  scripts/windows/test.sh windows-x64
  scripts/windows/e2e.sh
  unless_unavailable "LIBRARIES OF 32 BITS WERE NOT TRIED: there is no wine for them here" scripts/windows/wine32.sh || true
}
# MESSAGE COMMAND...: false, with the message, where the command says that this machine has not what it takes (69); any other failure
# of it is one.
unless_unavailable() {
  local status=0
  "${@:2}" || status=$?
  [ "$status" -eq 0 ] && return 0
  [ "$status" -eq 69 ] || exit "$status"
  echo "$1" >&2
  return 1
}

run_parts "install lint asan tsan fuzz windows" "$@"
