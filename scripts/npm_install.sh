#!/usr/bin/env bash
# Installs what a package's lock file says, when it changed since the last time: scripts/npm_install.sh FOLDER
# Not `npm ci`: that refuses a lock file which leaves out optional binaries for other systems, as a registry mirror may.
set -euo pipefail
folder=$1
stamp=$folder/node_modules/.installed-lock
cmp -s "$folder/package-lock.json" "$stamp" && exit 0
npm --prefix "$folder" install --no-save --no-audit --no-fund --loglevel=error
cp "$folder/package-lock.json" "$stamp"
