#!/usr/bin/env bash
# Installs the Debian packages of the named purposes (files in scripts/packages), but only those that are missing:
# on a machine that has them all this takes a fraction of a second and needs no root.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
missing=()
for purpose in "$@"; do
  while read -r package; do
    case "$package" in ''|'#'*) continue ;; esac
    dpkg-query -W -f='${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
  done <"$here/packages/$purpose.txt"
done
# Node is asked for by its program, not by its package: a machine may have a newer one of its own.
case " $* " in *" node "*)
  command -v npm >/dev/null 2>&1 || missing+=(nodejs npm) ;;
esac
[ ${#missing[@]} -eq 0 ] && exit 0
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "These packages are missing and this is neither root nor a user with sudo: ${missing[*]}" >&2; exit 1; }
  as_root=(sudo)
fi
echo "installing: ${missing[*]}" >&2
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
