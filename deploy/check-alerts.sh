#!/usr/bin/env bash
# Checks rules and configuration of Prometheus with promtool, and runs the rules through their tests.
# Where there is no promtool (Debian: apt-get install prometheus) it says so and leaves with 0, or with 3
# when it is told to be strict:
#
#   deploy/check-alerts.sh [--strict]
set -euo pipefail
cd "$(dirname "$0")/prometheus"
if ! command -v promtool >/dev/null; then
  echo "NOT CHECKED: promtool is not on this machine"
  if [[ ${1:-} == --strict ]]; then exit 3; else exit 0; fi
fi
promtool check config prometheus.yml
promtool test rules rules-test.yml
