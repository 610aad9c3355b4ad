#!/usr/bin/env bash
# Writes SHA256SUMS into a folder, of all files below it: packaging/sums.sh FOLDER
set -euo pipefail
cd "$1"
find . -type f ! -path ./SHA256SUMS -printf '%P\0' | LC_ALL=C sort -z | xargs -0 sha256sum >SHA256SUMS
