#!/usr/bin/env bash
# Puts what users install into dist/packages, with SHA-256 sums: scripts/package.sh
# UKEY_SIGN_CERTIFICATE and UKEY_SIGN_KEY name PEM files, the certificate with its chain behind it; Windows programs and the
# MSI are signed with them. SOURCE_DATE_EPOCH is the time of all files, that of the commit unless set.
set -euo pipefail
cd "$(dirname "$0")/.."
version=$(sed -n 's/^project(.* VERSION \([0-9.]*\) .*/\1/p' CMakeLists.txt)
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH
out=dist/packages
rm -rf "$out"
mkdir -p "$out"

for preset in windows-x64 windows-x86; do
  programs=$(sed -nE "s,^[a-z0-9]+ +$preset/(bin/[^ ]*) .*,\1,p" packaging/windows/programs.txt)
  # shellcheck disable=SC2086 # each is a target of its own
  scripts/windows/build.sh $preset -- $programs
done
signing=()
if [ -n "${UKEY_SIGN_CERTIFICATE:-}" ]; then signing=(--certificate "$UKEY_SIGN_CERTIFICATE" --key "$UKEY_SIGN_KEY"); fi
packaging/windows/msi.py --version "$version" --build build --out "$out/ukey-bridge-$version-x64.msi" "${signing[@]}"
packaging/windows/policies.py "$out/policies"

packaging/sums.sh "$out"
cat "$out/SHA256SUMS"
