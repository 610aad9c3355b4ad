#!/usr/bin/env bash
# Builds everything and runs the whole path on this machine: the sandbox's trading site, ukeyd, and soft tokens to plug in.
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
mkdir -p "$state"
export UKEY_SOFTTOKEN_DIR=$state/tokens
cat >"$state/ukeyd.json" <<JSON
{
  "drivers": [{"name": "soft", "kind": "skf", "library": "$PWD/build/release/lib/libukey-softtoken.so"}],
  "origins": [{"origin": "http://localhost:$port", "scopes": ["tokens", "certificates", "sign", "decrypt", "manage"], "confirm": "login"}]
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

pids=()
stop() { kill "${pids[@]}" 2>/dev/null || true; wait 2>/dev/null || true; }
trap stop EXIT
trap 'exit 0' INT TERM
"$bin/ukey-sandbox" serve --port "$port" --data "$state/sandbox" --web sandbox/web/dist >"$state/sandbox.log" 2>&1 &
pids+=($!)
"$bin/ukeyd" --config "$state/ukeyd.json" --state-dir "$state/ukeyd" 2>"$state/ukeyd.log" &
pids+=($!)
cat <<TEXT

  Ukey Bridge is running. Open in Chromium or Firefox:   http://localhost:$port/
  (logs: $state/sandbox.log, $state/ukeyd.log; Ctrl-C ends both)

  Plug a soft token in, from another terminal (PIN 123456):
      UKEY_SOFTTOKEN_DIR=$UKEY_SOFTTOKEN_DIR $bin/ukeyctl soft plug DEMO-SM2
  and pull it out again:
      UKEY_SOFTTOKEN_DIR=$UKEY_SOFTTOKEN_DIR $bin/ukeyctl soft unplug DEMO-SM2
  The other one is DEMO-RSA.

TEXT
wait -n "${pids[@]}"
