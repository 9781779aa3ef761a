#!/usr/bin/env bash
# Checks the container files.
#
#   deploy/check-compose.sh          docker-compose.yml can be read with secrets and is refused without
#   deploy/check-compose.sh --run    besides: builds, starts the whole stack with secrets and volumes of
#                                    its own, runs deploy/smoke.sh, takes everything down again
#
# Where there is no docker it says so and leaves with 0, or with 3 when --run was asked for.
#
# Without a registry the images can be others that are on the machine: MYSQL_IMAGE, REDIS_IMAGE,
# BUILD_IMAGE, RUNTIME_IMAGE, PROMETHEUS_IMAGE, GRAFANA_IMAGE. Prometheus and Grafana are left out unless
# COMPOSE_PROFILES=observability. BUILD_NETWORK=host where the build needs the machine's network. KEEP=1
# leaves the stack running.
set -euo pipefail
cd "$(dirname "$0")/.."

run=false
case ${1:-} in
  '') ;;
  --run) run=true ;;
  *) sed -n '4,6s/^# *//p' "$0" >&2; exit 2 ;;
esac

if ! docker compose version >/dev/null 2>&1; then
  echo "NOT CHECKED: docker compose is not on this machine, so docker-compose.yml was not read"
  if $run; then exit 3; else exit 0; fi
fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
deploy/make-env.sh "$scratch/env" >/dev/null
# Secrets from the environment would win over the file, and a .env beside the compose file is not asked.
for secret in UC_MASTER_KEY UC_DB_PASSWORD UC_DB_MIGRATION_PASSWORD UC_DB_ROOT_PASSWORD UC_REDIS_PASSWORD \
  UC_BOOTSTRAP_OPERATOR_PASSWORD GRAFANA_ADMIN_PASSWORD; do
  unset "$secret"
  grep -v "^$secret=" "$scratch/env" >"$scratch/without"
  if docker compose --env-file "$scratch/without" config -q 2>"$scratch/said"; then
    echo "FAILED: docker-compose.yml is content without $secret" >&2
    exit 1
  fi
  grep -q 'deploy/make-env.sh' "$scratch/said" ||
    { echo "FAILED: without $secret it does not say how to make one: $(cat "$scratch/said")" >&2; exit 1; }
done
docker compose --env-file "$scratch/env" --profile observability config -q
echo "docker-compose.yml is good, and is refused when any of its seven secrets is missing"
$run || exit 0

docker info >/dev/null 2>&1 || { echo "NOT RUN: the docker daemon cannot be reached" >&2; exit 3; }
export COMPOSE_PROJECT_NAME=usercenter-check COMPOSE_PROFILES=${COMPOSE_PROFILES-}
compose() { docker compose --env-file "$scratch/env" "$@"; }
down() {
  local result=$?
  if ((result != 0)); then
    compose ps --all || true
    compose logs --tail 30 api-1 api-2 listener-1 mysql-0 || true
  fi
  if [[ ${KEEP:-} == 1 ]]; then
    cp "$scratch/env" .env.check && echo "left running: docker compose -p $COMPOSE_PROJECT_NAME --env-file .env.check ..."
  else
    compose --profile observability down --volumes --timeout 30 >/dev/null 2>&1 || true
  fi
  rm -rf "$scratch"
  exit "$result"
}
trap down EXIT

compose build
began=$SECONDS
compose up -d --no-build --wait --wait-timeout "${WAIT_SECONDS:-600}"
echo "everything is healthy after $((SECONDS - began)) s"
compose ps
password=$(sed -n 's/^UC_BOOTSTRAP_OPERATOR_PASSWORD=//p' "$scratch/env")
deploy/smoke.sh http://127.0.0.1:8080 http://127.0.0.1:8081 "$password" http://127.0.0.1:8090
