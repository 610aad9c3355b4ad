#!/usr/bin/env bash
# Runs every fuzz target (tests/fuzz) from its seeds, under AddressSanitizer and UndefinedBehaviourSanitizer, two at a
# time. scripts/fuzz.sh [name ...] runs only the targets whose names begin so, e.g. fuzz_pki.
# UKEY_FUZZ_SECONDS: time of each target, 600 unless set. The corpus grows in build/fuzz/corpus; what made a target
# fail is left in build/fuzz/findings, and belongs into a test once it is mended.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${UKEY_FUZZ_SECONDS:-600}
scripts/install_packages.sh build fuzz
cmake --preset fuzz >/dev/null

# Each target is a file of tests/fuzz; only what is asked for is built.
targets=()
for source in tests/fuzz/*_*.cpp; do
  name=fuzz_$(basename "$source" .cpp)
  [ $# -eq 0 ] && targets+=("$name")
  for wanted in "$@"; do [[ $name == "$wanted"* ]] && targets+=("$name"); done
done
[ ${#targets[@]} -gt 0 ] || { echo "no such target: $*" >&2; exit 2; }

build=$PWD/build/fuzz
mkdir -p "$build/corpus" "$build/findings" "$build/seeds"
cp -r tests/fuzz/seeds/fuzz_* "$build/seeds/"
seeders=()
for area in pki pipe message sandbox; do
  [[ " ${targets[*]} " == *" fuzz_${area}_"* ]] && seeders+=("${area}_seeds")
done
cmake --build --preset fuzz --target "${targets[@]}" "${seeders[@]}"
for seeder in "${seeders[@]}"; do "$build/bin/$seeder" "$build/seeds"; done

export build seconds
run_one() {
  name=$1
  mkdir -p "$build/corpus/$name" "$build/seeds/$name"
  # One allocation that a length in the input asks for must not be large either.
  if (cd "$build" && "bin/$name" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -malloc_limit_mb=256 \
      -artifact_prefix="findings/$name-" -print_final_stats=1 "corpus/$name" "seeds/$name") >"$build/$name.log" 2>&1; then
    echo "$name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$build/$name.log") inputs, nothing found"
  else
    tail -n 40 "$build/$name.log"
    echo "$name: FAILED"
    return 1
  fi
}
export -f run_one
printf '%s\n' "${targets[@]}" | xargs -P2 -I{} bash -c 'run_one {}'
