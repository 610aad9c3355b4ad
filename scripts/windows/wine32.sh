#!/usr/bin/env bash
# Tries what has 32 bits: ukeyd.exe with its two token hosts and a library of each word size, in a tree of Debian's own, for beside
# newer libraries of 64 bits Debian's wine for 32 cannot be installed. Wants root; expects build/windows-x64 and
# build/windows-x86. The exit status is 69 where there is no such tree to be had.
set -euo pipefail
cd "$(dirname "$0")/../.."
[ "$(id -u)" -eq 0 ] || { echo "wine32.sh: only root can enter another tree" >&2; exit 69; }
scripts/install_packages.sh windows
cache=${UKEY_CACHE:-$HOME/.cache/ukey-bridge}/windows
packages=wine,wine64,wine32:i386
tree=$cache/wine32-$(printf '%s\n' "$packages" "$(sed -n '/^mirror=/,/^fi/p' "$0")" | sha256sum | cut -c1-12)

mkdir -p "$cache"
exec 9>"$cache/lock"
flock 9
mirror=$(sed -n 's/^URIs: *\([^ ]*\).*/\1/p' /etc/apt/sources.list.d/*.sources 2>/dev/null | head -1)
[ -n "$mirror" ] || mirror=$(sed -nE 's/^deb (\[[^]]*\] )?([^ ]+).*/\2/p' /etc/apt/sources.list 2>/dev/null | head -1)
if [ ! -e "$tree/complete" ]; then
  rm -rf "$tree"
  mmdebstrap --quiet --variant=minbase --architectures=amd64,i386 --include="$packages" \
    --aptopt='Apt::Install-Recommends "false"' bookworm "$tree" \
    "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror bookworm main" >&2 || exit 69
  mkdir -p "$tree/ukey"
  touch "$tree/complete"
fi
flock -u 9

# As the MSI lays them.
programs=build/windows-x86/side-by-side
rm -rf "$programs"
mkdir -p "$programs/x86"
cp build/windows-x64/bin/{ukeyd,ukey-token-host,test_ukeyd}.exe build/windows-x64/bin/ukey-softtoken.dll \
  build/windows-x86/bin/ukey-token-host-x86.exe "$programs/"
cp build/windows-x86/bin/ukey-softtoken.dll "$programs/x86/"

# The mounts end with the command.
unshare --mount --fork bash -c '
  set -e
  mount -t proc proc "$0/proc"
  mount --bind "$PWD/'"$programs"'" "$0/ukey"
  exec chroot "$0" /usr/bin/env -i HOME=/root PATH=/usr/bin:/bin LANG=C.UTF-8 WINEDEBUG=-all UKEY_BIN_DIR=Z:/ukey sh -c "
    cd /ukey
    if [ ! -e /root/.wine/made ]; then
      timeout 120 wineboot -i >/dev/null 2>&1 </dev/null
      timeout 60 wine winecfg -v win10 >/dev/null 2>&1 </dev/null
      touch /root/.wine/made
    fi
    wineserver -p >/dev/null 2>&1 </dev/null
    timeout 300 wine /ukey/test_ukeyd.exe --gtest_filter=Ukeyd.librariesOf32* >/ukey/log 2>&1 </dev/null
    wineserver -k"' "$tree" || true
[ -e "$programs/log" ] || { echo "wine32.sh: this machine lets nobody enter another tree" >&2; exit 69; }
cat "$programs/log"
# A program of 32 bits that cannot run says nothing and succeeds.
grep -q '^\[  PASSED  \] 1 test' "$programs/log"
