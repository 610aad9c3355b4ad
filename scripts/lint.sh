#!/usr/bin/env bash
# clang-format over all sources and the checks of the tree itself (scripts/checks), then clang-tidy: scripts/lint.sh [format|changed|all]
# format: no clang-tidy. changed: over what differs from UKEY_BASE (a commit; the last one unless set). all, or nothing: over
# all files, or those named in UKEY_TIDY_FILES.
set -euo pipefail
cd "$(dirname "$0")/.."
what=${1:-all}
scripts/install_packages.sh build lint
git ls-files '*.cpp' '*.hpp' '*.h' | xargs clang-format --dry-run -Werror
for check in scripts/checks/*.py; do python3 "$check"; done
python3 scripts/pages.py --check
case "$what" in
  format) exit 0 ;;
  changed) files=$(git diff --name-only --diff-filter=d "${UKEY_BASE:-HEAD~1}" -- 'tokenlib/*.cpp' 'daemon/*.cpp' 'sandbox/*.cpp' | grep -v /windows/ || true) ;;
  *) files=${UKEY_TIDY_FILES:-$(git ls-files 'tokenlib/*.cpp' 'daemon/*.cpp' 'sandbox/*.cpp' | grep -v /windows/)} ;;
esac
[ -n "$files" ] || exit 0
scripts/configure.sh release
# GCC-only switches in the compile commands are not clang-tidy's business.
printf '%s\n' $files | nice xargs -P2 -n4 clang-tidy --quiet -p build/release --extra-arg=-Wno-unknown-warning-option --extra-arg=-Qunused-arguments
