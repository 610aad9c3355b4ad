#!/usr/bin/env bash
# Takes the pictures of pages in README.md and docs/ anew, from those that the browser tests took last (scripts/e2e.sh).
set -euo pipefail
cd "$(dirname "$0")/.."
taken=${UKEY_PICTURES:-build/pictures}
while read -r picture test; do
  cp "$taken/chromium-$test.png" "docs/pictures/$picture.png"
done <<'LIST'
login login
parcels parcels-zh-CN
portal-wizard portal-wizard-choose-1
portal-certificates portal-certificates
application bid-application-zh-CN
deposit bid-deposit-zh-CN
bid bid-receipt-zh-CN
tender tender-sent-zh-CN
opening opening-bidder-zh-CN
result result-zh-CN
LIST
