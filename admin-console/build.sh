#!/usr/bin/env bash
# build.sh          builds the page into dist, which is committed
# build.sh --check  builds it elsewhere and compares: dist must be just what the sources give
set -euo pipefail
cd "$(dirname "$0")"

version=$(node --version 2>/dev/null || true)
major=${version#v}
major=${major%%.*}
if ! [ "${major:-0}" -ge 20 ] || ! command -v npm >/dev/null; then
  echo "Building the operators' page needs Node.js 20.19 or newer with npm; found ${version:-no node}." >&2
  exit 1
fi

npm ci --prefer-offline --ignore-scripts --no-audit --no-fund
if [ "${1:-}" = --check ]; then
  OUT=$PWD/target/dist npm run --silent build
  diff -r dist target/dist
  echo "admin-console/dist is what its sources give, byte for byte"
else
  npm run --silent build
fi
