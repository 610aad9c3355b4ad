#!/usr/bin/env bash
# What CTest runs a Windows program with: scripts/windows/emulator.sh PROGRAM [arguments]
# Its output goes through a file: whatever else of wine happens to start meanwhile would keep CTest's pipe, and CTest waits for its
# end. A program that hangs has no other end than the time limit.
out=$(mktemp)
trap 'rm -f "$out"' EXIT
run() { timeout 300 wine "$@" >"$out" 2>&1 </dev/null; }
run "$@"
status=$?
# A test says something before it does anything: wine did not start it. One in thousands.
if [ "$status" -ne 0 ] && [ ! -s "$out" ]; then
  echo "wine did not start it (status $status); once more" >&2
  run "$@"
  status=$?
fi
cat "$out"
exit $status
