#!/usr/bin/env bash
# Healthy when the readiness probe on this port of the container answers 200. The images hold neither
# curl nor wget; bash opens the connection itself.
set -euo pipefail
exec 3<>"/dev/tcp/127.0.0.1/$1"
printf 'GET /actuator/health/readiness HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
read -r _ status _ <&3
[[ $status == 200 ]] || { echo "readiness answers $status" >&2; exit 1; }
