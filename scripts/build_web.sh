#!/usr/bin/env bash
# Builds the TypeScript packages: the SDK, and the sandbox's pages upon it. `npm ci` only when the lock file changed.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/install_packages.sh node
for package in "$@"; do
  stamp=$package/node_modules/.installed-lock
  if ! cmp -s "$package/package-lock.json" "$stamp"; then
    npm --prefix "$package" ci --no-audit --no-fund --loglevel=error
    cp "$package/package-lock.json" "$stamp"
  fi
  npm --prefix "$package" run --silent build
done
