#!/usr/bin/env bash
# Runs a command with wine made ready for it: scripts/windows/wine.sh COMMAND...
# The computer that wine plays lies in ${UKEY_WINE:-build/wine}, its screen is one that nobody sees, and its services end with the
# command.
set -euo pipefail
cd "$(dirname "$0")/../.."
export WINEPREFIX=${UKEY_WINE:-$PWD/build/wine} WINEDEBUG=-all LANG=C.UTF-8
mkdir -p "$WINEPREFIX"
# What this script puts into the prefix, by its own words: a prefix of an earlier one is brought up to them.
made=made-by-$(sha256sum <"$0" | cut -c1-12)
# A screen for the dialogs. Without -noreset it would begin anew whenever its last client goes.
exec {screen}< <(exec Xvfb -displayfd 1 -screen 0 1280x1024x24 -noreset 2>/dev/null)
xvfb=$!
trap 'kill $xvfb' EXIT
read -r -u "$screen" display
export DISPLAY=:$display
if [ ! -e "$WINEPREFIX/$made" ]; then
  timeout 120 wineboot -i >/dev/null 2>&1 </dev/null
  timeout 60 wine winecfg -v win10 >/dev/null 2>&1 </dev/null
  # There is nobody else who would draw the frames of windows.
  timeout 60 wine reg add 'HKCU\Software\Wine\X11 Driver' /v Managed /d N /f >/dev/null 2>&1 </dev/null
  # Wine has no font with Chinese characters; the fonts of Windows are these for it.
  for font in 'Segoe UI' 'Microsoft YaHei UI' 'Microsoft YaHei' 'Tahoma' 'MS Shell Dlg' 'SimSun'; do
    timeout 60 wine reg add 'HKCU\Software\Wine\Fonts\Replacements' /v "$font" /d 'Noto Sans CJK SC' /f >/dev/null 2>&1 </dev/null
  done
  # One that is to stay is not started beside another.
  wineserver -k || true
  wineserver -w || true
  touch "$WINEPREFIX/$made"
fi
# The services and the desktop that the first wine process starts keep the output of whoever starts them, and who reads it would
# wait for their end.
wineserver -p >/dev/null 2>&1 </dev/null
trap 'wineserver -k; kill $xvfb' EXIT
# The desktop would end a second after its last window, and begin anew with the next: somebody stays.
exec {never}<> <(:)
wine cmd >/dev/null 2>&1 <&"$never" &
timeout 60 wine winecfg -v win10 >/dev/null 2>&1 </dev/null
"$@"
