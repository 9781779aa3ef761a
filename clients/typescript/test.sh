#!/usr/bin/env bash
# Tests the TypeScript client: fetches its compiler, builds it, runs its tests.
set -euo pipefail
cd "$(dirname "$0")"

version=$(node --version 2>/dev/null || true)
major=${version#v}
major=${major%%.*}
if ! [ "${major:-0}" -ge 20 ] || ! command -v npm >/dev/null; then
  cat >&2 <<TEXT
The TypeScript client needs Node.js 20 or newer with npm to be tested; found ${version:-no node}.
Install it (package nodejs of your system, or nodejs.org), or leave this module out: ./uc test -pl '!clients/typescript'
TEXT
  exit 1
fi

npm ci --prefer-offline --ignore-scripts
npm test
