#!/usr/bin/env bash
# Tests the dialogs of Windows under wine on a screen of another density, and takes their pictures, as PNG:
# scripts/windows/pictures.sh 100|125|150|175|200 FOLDER
# Expects build/windows-x64. Each density has a computer of its own, for wine asks for it when it starts.
set -euo pipefail
cd "$(dirname "$0")/../.."
percent=$1
mkdir -p "$2"
folder=$(cd "$2" && pwd)
scripts/install_packages.sh windows
export UKEY_WINE=${UKEY_WINE:-$PWD/build/wine-$percent}
density='HKCU\Control Panel\Desktop'
scripts/windows/wine.sh timeout 60 wine reg add "$density" /v LogPixels /t REG_DWORD /d $((percent * 96 / 100)) /f >/dev/null </dev/null
status=0
UKEY_PICTURES_OF_WINDOWS="Z:$folder" scripts/windows/test.sh windows-x64 -R DialogWindow || status=$?
for bitmap in "$folder"/windows-*.bmp; do
  [ -e "$bitmap" ] || continue
  python3 scripts/windows/png_of_bitmap.py "$bitmap" "${bitmap%.bmp}-$percent.png"
  rm "$bitmap"
done
exit $status
