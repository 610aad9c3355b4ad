#!/usr/bin/env bash
# Builds everything and runs the whole path on this machine: the sandbox's trading site and portal, ukeyd, and soft tokens to
# plug in.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/install_packages.sh build run node
if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] && ! command -v pinentry-gtk-2 pinentry-qt pinentry-gnome3 pinentry-x11 >/dev/null; then
  scripts/install_packages.sh desktop
fi
scripts/build.sh release -DUKEY_TESTS=OFF
scripts/build_web.sh web-sdk sandbox/web

bin=$PWD/build/release/bin
state=${UKEY_RUN_DIR:-$PWD/build/run}
port=${UKEY_SANDBOX_PORT:-8600}
portal=${UKEY_PORTAL_PORT:-$((port + 1))}
mkdir -p "$state"
export UKEY_SOFTTOKEN_DIR=$state/tokens
cat >"$state/ukeyd.json" <<JSON
{
  "drivers": [{"name": "soft", "kind": "skf", "library": "$PWD/build/release/lib/libukey-softtoken.so"}],
  "origins": [
    {"origin": "http://localhost:$port", "scopes": ["tokens", "certificates", "sign", "decrypt", "manage"], "confirm": "login"},
    {"origin": "http://localhost:$portal", "scopes": ["tokens", "certificates", "sign", "manage"], "confirm": "login"}
  ]
}
JSON

# Two tokens with certificates, not yet plugged in, as they come by courier.
for demo in "DEMO-SM2 sm2 张三" "DEMO-RSA rsa2048 李四"; do
  read -r serial algorithm name <<<"$demo"
  if [ ! -d "$UKEY_SOFTTOKEN_DIR/$serial" ]; then
    "$bin/ukey-sandbox" mint --data "$state/sandbox" --serial "$serial" --algorithm "$algorithm" --name "$name" --pin 123456
    "$bin/ukeyctl" soft unplug "$serial" >/dev/null
  fi
done

# Two blank ones to issue on, with the PIN that their maker set.
for serial in BLANK-1 BLANK-2; do
  [ -d "$UKEY_SOFTTOKEN_DIR/$serial" ] || "$bin/ukeyctl" soft create --serial "$serial" >/dev/null
done

pids=()
stop() { kill "${pids[@]}" 2>/dev/null || true; wait 2>/dev/null || true; }
trap stop EXIT
trap 'exit 0' INT TERM

# start NAME COMMAND...: returns when the program says that it listens; when it ends instead, so does this.
start() {
  local name=$1 said out
  shift
  rm -f "$state/$name.out"
  mkfifo "$state/$name.out"
  "$@" >"$state/$name.out" 2>"$state/$name.log" &
  pids+=("$!")
  exec {out}<"$state/$name.out"
  if ! { read -r said <&"$out" && [[ $said == *listening* ]]; }; then
    echo "$name did not start:" >&2
    tail -n 5 "$state/$name.log" >&2
    exit 1
  fi
  # What it says later has a reader, so that it never waits for one.
  cat <&"$out" >>"$state/$name.log" &
}
start sandbox "$bin/ukey-sandbox" serve --data "$state/sandbox" --port "$port" --web sandbox/web/dist/trading \
  --portal-port "$portal" --portal-web sandbox/web/dist/portal --downloads dist/packages --renewal-days 400
start ukeyd "$bin/ukeyd" --config "$state/ukeyd.json" --state-dir "$state/ukeyd"
cat <<TEXT

  Ukey Bridge is running. Open in Chromium or Firefox:
      trading site   http://localhost:$port/
      portal         http://localhost:$portal/   (its text messages: http://localhost:$portal/outbox)
  (logs: $state/sandbox.log, $state/ukeyd.log; Ctrl-C ends both)

  Plug a soft token in, from another terminal:
      export UKEY_SOFTTOKEN_DIR=$UKEY_SOFTTOKEN_DIR
      $bin/ukeyctl soft plug DEMO-SM2
  and pull it out again:
      $bin/ukeyctl soft unplug DEMO-SM2
  DEMO-SM2 and DEMO-RSA have certificates for the trading site (PIN 123456); BLANK-1 and BLANK-2 are blank, to issue on at
  the portal (PIN 111111, to be changed there).

TEXT
wait -n "${pids[@]}"
