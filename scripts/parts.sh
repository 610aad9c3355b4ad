# Sourced by test.sh and check.sh: runs their parts one after the other and says how long each took.
# run_parts "all parts" [wanted ...]; each part is a function part_NAME.
run_parts() {
  local all=$1
  shift
  local wanted=${*:-$all} times='' name begin
  for name in $wanted; do
    declare -F "part_$name" >/dev/null || { echo "no such part: $name (there are: $all)" >&2; exit 2; }
  done
  for name in $wanted; do
    echo "== $name"
    begin=$SECONDS
    "part_$name"
    times+="== $name: $((SECONDS - begin)) s"$'\n'
  done
  printf '%s== all parts passed: %s\n' "$times" "$wanted"
}
