#!/usr/bin/env bash
# Plays one player's story against a running service, with nothing but curl, and exits non-zero on the
# first surprise: register, log in, token checked by a game server with a fresh credential, a role event
# that shows up in the next login, a ban, the token refused and the login too; another API instance,
# when there is one, must agree.
#
#   deploy/smoke.sh BASE_URL ADMIN_URL OPERATOR_PASSWORD [SECOND_BASE_URL]
#   deploy/smoke.sh http://127.0.0.1:8080 http://127.0.0.1:8081 "$UC_BOOTSTRAP_OPERATOR_PASSWORD" http://127.0.0.1:8090
set -euo pipefail
(($# == 3 || $# == 4)) || { sed -n '7,8s/^# *//p' "$0" >&2; exit 2; }
base=${1%/} admin=${2%/} operator_password=$3 second=${4:-$1}
second=${second%/}

name=smoke$(date -u +%s)$((RANDOM % 1000))
role=role-$name
password=$(head -c 24 /dev/urandom | base64 | tr -dc 'A-Za-z0-9')
answer='' status='' value=''

fail() {
  printf 'UNEXPECTED: %s\n  status %s: %s\n' "$1" "$status" "$(hide <<<"$answer")" >&2
  exit 1
}

hide() { sed -E 's/"(accessToken|refreshToken|secret|token)":"[^"]*"/"\1":"..."/g'; }

# call EXPECTED_STATUS METHOD URL [CREDENTIAL [JSON]]; what is secret goes to curl by its standard
# input, because everybody on the machine can read command lines
call() {
  local expected=$1 method=$2 url=$3 credential=${4:-} json=${5:-}
  {
    printf 'request = "%s"\nurl = "%s"\n' "$method" "$url"
    case $credential in
      '') ;;
      *:*) printf 'user = "%s"\n' "$credential" ;;
      *) printf 'header = "Authorization: Bearer %s"\n' "$credential" ;;
    esac
    if [[ -n $json ]]; then
      json=${json//\\/\\\\}
      printf 'header = "Content-Type: application/json"\ndata-binary = "%s"\n' "${json//\"/\\\"}"
    fi
  } >"$config"
  answer=$(curl --silent --show-error --max-time 20 --write-out '\n%{http_code}' --config "$config") ||
    { status='-'; fail "$method $url cannot be reached"; }
  status=${answer##*$'\n'} answer=${answer%$'\n'*}
  [[ $status == "$expected" ]] || fail "$method $url, expected $expected"
}

field() { # sets value to the first string, number or boolean by this name in the last answer
  value=$(grep -oE "\"$1\":(\"[^\"]*\"|[0-9]+|true|false)" <<<"$answer" | head -1 | cut -d: -f2- | tr -d '"') || true
  [[ -n $value ]] || fail "no $1 in the answer"
}

is() { # FIELD VALUE WHAT_IT_MEANS
  field "$1"
  [[ $value == "$2" ]] || fail "$3: $1 is $value, expected $2"
}

has() { grep -qF "$1" <<<"$answer" || fail "$2"; }

step() { printf '  %-58s %s\n' "$1" "$2"; }

config=$(umask 077 && mktemp)
trap 'rm -f "$config"' EXIT

echo "smoke test of $base, internal $admin, second $second"

call 201 POST "$base/v1/accounts" '' "{\"username\":\"$name\",\"password\":\"$password\"}"
field userId; user=$value
field shard
step "registered $name" "user $user on shard $value"

call 409 POST "$second/v1/accounts" '' "{\"username\":\"$name\",\"password\":\"$password\"}"
is code USERNAME_TAKEN "the name should be taken everywhere"
step "the second instance refuses the name" "$value"

login="{\"grant\":\"password\",\"username\":\"$name\",\"password\":\"$password\"}"
call 200 POST "$base/v1/sessions" '' "$login"
is userId "$user" "logged in as somebody else"
field accessToken; token=$value
field expiresIn
step "logged in" "token for $value s"

call 401 POST "$base/v1/sessions" '' "{\"grant\":\"password\",\"username\":\"$name\",\"password\":\"wrong-$password\"}"
is code WRONG_NAME_OR_PASSWORD "a wrong password"
step "a wrong password is refused" "$value"

call 201 POST "$admin/admin/v1/sessions" '' "{\"name\":\"admin\",\"password\":\"$operator_password\"}"
field token; operator=$value
call 201 POST "$admin/admin/v1/service-credentials" "$operator" "{\"name\":\"smoke $name\",\"serverIds\":[\"smoke-1\"]}"
field credentialId; credential_id=$value
field secret; server=$credential_id:$value
step "an operator made a service credential" "$credential_id"

for url in "$base" "$second"; do
  call 200 POST "$url/server/v1/tokens:introspect" "$server" "{\"token\":\"$token\"}"
  is active true "the token should be good"
  is sub "$user" "the token should be the player's"
done
step "a game server sees a good token, on both instances" "sub $user"

call 401 POST "$base/server/v1/tokens:introspect" "$credential_id:wrong" "{\"token\":\"$token\"}"
is code WRONG_SERVICE_CREDENTIAL "a wrong service secret"
step "a wrong service secret is refused" "$value"

call 200 POST "$base/server/v1/role-events" "$server" "{\"events\":[{\"eventId\":\"e-$name\",\"type\":\"ROLE_CREATED\",\"serverId\":\"smoke-1\",\"userId\":\"$user\",\"roleId\":\"$role\",\"revision\":1,\"occurredAt\":\"$(date -u +%Y-%m-%dT%H:%M:%SZ)\",\"role\":{\"name\":\"Smoke\",\"level\":7,\"job\":\"mage\",\"power\":70,\"channel\":\"default\"}}]}"
is status ACCEPTED "the event should be taken"
step "the game server reports a role" "$value"
for ((i = 1; ; i++)); do
  call 200 GET "$second/v1/accounts/me/roles" "$token"
  grep -qF "\"$role\"" <<<"$answer" && break
  ((i < 100)) || fail "the role did not arrive within 20 s"
  sleep 0.2
done
call 200 POST "$base/v1/sessions" '' "$login"
has "\"$role\"" "the role should be in the next login"
is level 7 "the role as it was sent"
step "the listener applied it; the next login shows it" "seen at try $i"

call 200 GET "$admin/admin/v1/accounts?roleId=$role" "$operator"
is userId "$user" "the operator should find the player by the role"
call 201 POST "$admin/admin/v1/bans" "$operator" "{\"userId\":\"$user\",\"reasonCode\":\"SMOKE_TEST\",\"message\":\"smoke test\"}"
field banId
step "the operator found the player by the role, banned him" "ban $value"

for url in "$base" "$second"; do
  for ((i = 1; ; i++)); do
    call 200 POST "$url/server/v1/tokens:introspect" "$server" "{\"token\":\"$token\"}"
    field active
    [[ $value == false ]] && break
    ((i < 30)) || fail "the token is still good 3 s after the ban at $url"
    sleep 0.1
  done
  field reason
  step "the token is refused at $url" "$value, try $i"
  call 403 POST "$url/v1/sessions" '' "$login"
  is code ACCOUNT_BANNED "the login should say so"
done
step "so are logins, on both instances" "$value"

call 204 DELETE "$admin/admin/v1/service-credentials/$credential_id" "$operator"
call 204 DELETE "$admin/admin/v1/sessions/current" "$operator"
echo "smoke test passed"
