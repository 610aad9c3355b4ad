#!/usr/bin/env bash
# clang-format over all sources; with `tidy`, or nothing, clang-tidy too (over the files named in UKEY_TIDY_FILES, or all).
set -euo pipefail
cd "$(dirname "$0")/.."
what=${1:-all}
git ls-files '*.cpp' '*.hpp' '*.h' | xargs clang-format --dry-run -Werror
[ "$what" = format ] && exit 0
cmake --preset release >/dev/null
files=${UKEY_TIDY_FILES:-$(git ls-files 'tokenlib/*.cpp' 'daemon/*.cpp' 'sandbox/*.cpp' | grep -v /windows/)}
# GCC-only warning switches in the compile commands are not clang-tidy's business.
printf '%s\n' $files | nice xargs -P2 -n4 clang-tidy --quiet -p build/release --extra-arg=-Wno-unknown-warning-option
