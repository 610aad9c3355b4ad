#!/usr/bin/env bash
# Builds the TypeScript packages: the SDK, and the sandbox's pages upon it.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/install_packages.sh node
for package in "$@"; do
  scripts/npm_install.sh "$package"
  npm --prefix "$package" run --silent build
done
