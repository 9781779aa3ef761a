#!/usr/bin/env bash
# Writes .env beside docker-compose.yml: a generated secret for everything that needs one, readable by
# its owner only. Never overwrites: the master key signs what is already in the databases, and MySQL
# takes its passwords only while its volume is new.
#
#   deploy/make-env.sh [FILE]
set -euo pipefail
file=${1:-$(cd "$(dirname "$0")/.." && pwd)/.env}

password() { # 32 letters and digits: 190 bits, and nothing a URL or a shell would read as something else
  local text=
  while ((${#text} < 32)); do
    text+=$(head -c 64 /dev/urandom | base64 | tr -dc 'A-Za-z0-9')
  done
  printf '%s' "${text:0:32}"
}

umask 077
set -o noclobber # one of two that run at once wins, and the loser says so
if ! { : >"$file"; } 2>/dev/null; then
  echo "$file exists or cannot be made; left as it is" >&2
  exit 1
fi
set +o noclobber
cat >"$file" <<ENV
# Made by deploy/make-env.sh on $(date -u +%Y-%m-%dT%H:%M:%SZ). Keep a copy of UC_MASTER_KEY somewhere else:
# without it the signing keys in the database cannot be read.
COMPOSE_PROJECT_NAME=usercenter
# Empty leaves Prometheus and Grafana out.
COMPOSE_PROFILES=observability
UC_MASTER_KEY=$(head -c 32 /dev/urandom | base64)
UC_DB_PASSWORD=$(password)
# Of the account of MySQL that makes and upgrades the databases.
UC_DB_MIGRATION_PASSWORD=$(password)
UC_DB_ROOT_PASSWORD=$(password)
UC_REDIS_PASSWORD=$(password)
# Of the operator "admin", who is made at the first start.
UC_BOOTSTRAP_OPERATOR_PASSWORD=$(password)
GRAFANA_ADMIN_PASSWORD=$(password)
# What the world calls this service; it stands in every token.
UC_ISSUER=http://127.0.0.1:8080
ENV
echo "wrote $file; next: docker compose build && docker compose up -d --wait"
