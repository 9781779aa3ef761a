#!/usr/bin/env bash
# The one script: ./uc help
set -euo pipefail

ROOT=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
UC_HOME=${UC_HOME:-$ROOT/.uc}
APPS="cli usercenter-api role-sync-listener"

say() { printf '%s\n' "$*"; }
die() { printf 'uc: %s\n' "$*" >&2; exit 1; }

help() {
  cat <<'HELP'
usage: ./uc COMMAND

  up               start everything on this machine: MySQL, Redis, the API, the role listener
  demo [OPTIONS]   play the story of 500 players and judge what they saw; --help has the options
  test [ARGS]      build everything and run every test; ARGS go to Maven (-pl testkit, -Dseeds=1000)
  test --faults [SECONDS]     kill, stop and cut off every part under load, SECONDS (5) after each other;
                   about 20 minutes; writes docs/faults.md
  test --upgrade COMMIT [SECONDS [NAME=VALUE...]]
                   roll this version out over that of a commit under load, take it back, roll it out again;
                   each part works beside the other for SECONDS (20); some minutes
  bench NAME       measure something; without a name, what there is
  sim id --seeds N            no id twice: N hostile simulated worlds, and as many with outages
  sim identities --seeds N    an identity leads to one account: N simulated worlds
  sim roles --seeds N         roles converge: N simulated worlds
  sim roles-chaos --events N  roles converge: N events, real listeners, Redis and MySQL that are killed
  sim sessions --seeds N      what is revoked is refused, and nobody else: N simulated worlds
  sim id-processes --ids N    no id twice: N ids of 8 processes that are killed, stopped and misled
                   each shows what was injected and plants mistakes that must be found
  fuzz --seeds N   odd and broken requests to every endpoint: no 5xx; N rounds, --seed S replays one
  import FILE      take over the accounts of another system; --help has the options
  export FOLDER    write all accounts into files; --help has the options
  roles replay     apply role events that were rejected; --help has the options
  id explain ID    what a user id says about itself
  doctor           what this machine lacks, and which cost of password hashes suits it; --help has the options
  fmt              format all Java files the way the build wants them
  help             this text

Settings of `up`, from the environment, with their defaults:
  UC_HOME=.uc                  data, secrets and logs; kept between runs
  UC_PORT=8080                 players and game servers
  UC_INTERNAL_PORT=8081        operators, console, health
  UC_LISTENER_PORT=8082        health of the role listener
  UC_MYSQL_PORT=13306          the MySQL that `up` starts
  UC_REDIS_PORT=16379          the Redis that `up` starts
  UC_DB_INSTANCES=host:port    use this MySQL instead (with UC_DB_USER, UC_DB_PASSWORD)
  UC_REDIS_URL=redis://...     use this Redis instead
  UC_JAVA_OPTS=                further options for the two Java processes
  UC_SERVER_TIMING=true        answers say how many shards and statements they took
  USERCENTER_LIMITS_LOGIN=10000000/10m    as _REGISTER, _CHECKNAME, _REFRESH: the demo is thousands behind one address
HELP
}

# --- the tools -------------------------------------------------------------------------------

java_version() { # HOME: prints its version, from the release file, without starting it
  sed -n 's/^JAVA_VERSION="\(.*\)"$/\1/p' "$1/release" 2>/dev/null || true
}

find_jdk25() {
  local home best=
  for home in "${JAVA_HOME:-}" "${JAVA25_HOME:-}" /usr/lib/jvm/* "${HOME:-/root}"/.sdkman/candidates/java/* \
    "${HOME:-/root}"/.jdks/* /opt/* /opt/java/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    [ -n "$home" ] && [ -x "$home/bin/javac" ] || continue
    case $(java_version "$home") in
      25 | 25.*)
        best=$home
        break
        ;;
    esac
  done
  [ -n "$best" ] || die "no JDK 25 found in JAVA_HOME, /usr/lib/jvm, ~/.sdkman, ~/.jdks or /opt.
Install one and try again, for example
  Debian, Ubuntu (Adoptium's packages):  apt-get install temurin-25-jdk
  Fedora:                                dnf install java-25-openjdk-devel
  anywhere (SDKMAN):                     sdk install java 25-tem
or unpack one and point JAVA_HOME at it."
  JDK25=$best
}

find_maven() {
  # Maven itself runs on Java 17 or newer; the toolchain plugin finds JDK 25 by this variable.
  export JAVA25_HOME=$JDK25
  local java=${JAVA_HOME:-}
  if [ -z "$java" ] && command -v java >/dev/null; then
    java=$(dirname "$(dirname "$(readlink -f "$(command -v java)")")")
  fi
  case $(java_version "${java:-/nowhere}") in
    1[789]* | 2* | 3*) ;;
    *) export JAVA_HOME=$JDK25 ;;
  esac
  if command -v mvn >/dev/null; then
    MVN=mvn
  elif command -v curl >/dev/null || command -v wget >/dev/null; then
    MVN=$ROOT/mvnw
  else
    die "no mvn found. Install Maven (apt-get install maven), or curl and unzip for ./mvnw, which brings its own."
  fi
}

# --- building --------------------------------------------------------------------------------

jar_of() { # MODULE: prints its jar, the newest if there are several
  local jar newest=
  for jar in "$ROOT/$1/target/${1##*/}"-*.jar; do
    [ -e "$jar" ] || continue
    if [ -z "$newest" ] || [ "$jar" -nt "$newest" ]; then newest=$jar; fi
  done
  printf '%s' "$newest"
}

is_built() {
  local app built=$ROOT/cli/target/built
  [ -e "$built" ] || return 1
  for app in $APPS; do [ -n "$(jar_of "$app")" ] || return 1; done
  [ -z "$(cd "$ROOT" && find pom.xml .mvn sql admin-console/dist ./*/pom.xml ./*/src/main -newer "$built" -print -quit)" ]
}

make_home() {
  mkdir -p "$UC_HOME/logs" 2>/dev/null && [ -w "$UC_HOME/logs" ] ||
    die "cannot write to $UC_HOME. If another user made it, run as that user or set UC_HOME to another folder."
}

build() {
  make_home
  exec 9>"$UC_HOME/build.lock"
  if command -v flock >/dev/null; then
    flock -n 9 || { say "waiting for another build ..."; flock 9; }
  fi
  if is_built; then return; fi
  find_maven
  local log=$UC_HOME/logs/build.log started=$SECONDS stamp pid module='' now last=-10
  stamp=$(mktemp "$UC_HOME/built.XXXXXX")
  # An up that runs keeps the files it has open; overwriting them would pull them from under it.
  rm -f "$ROOT"/*/target/*.jar "$ROOT"/cli/target/lib/*.jar
  say "building (first time takes a few minutes) ..."
  (cd "$ROOT" && exec "$MVN" -B -Dstyle.color=never -Dquick -DskipTests -pl "${APPS// /,}" -am package) \
    >"$log" 2>&1 </dev/null 9>&- &
  pid=$!
  trap 'kill $pid 2>/dev/null; rm -f "$stamp"' EXIT
  trap 'exit 130' INT TERM
  while kill -0 $pid 2>/dev/null; do
    sleep 0.5
    now=$((SECONDS - started))
    module=$(sed -n 's/^\[INFO\] Building \([a-z-]*\) .*/\1/p' "$log" | tail -n 1)
    if [ -t 1 ]; then
      printf '\r  %3d s  %-30s' "$now" "$module"
    elif [ $((now - last)) -ge 10 ]; then
      printf '  %3d s  %s\n' "$now" "$module"
      last=$now
    fi
  done
  [ -t 1 ] && printf '\r%50s\r' ''
  if ! wait $pid; then
    tail -n 40 "$log" >&2
    die "the build failed; all of its output is in $log"
  fi
  trap - EXIT INT TERM
  mv "$stamp" "$ROOT/cli/target/built" # as old as the start of the build: edits meanwhile count
  say "built in $((SECONDS - started)) s"
  exec 9>&-
}

run_cli() {
  find_jdk25
  is_built || build
  # A shell without a terminal starts what it puts in the background with Ctrl-C switched off.
  local start=()
  if env --default-signal=INT true 2>/dev/null; then start=(env --default-signal=INT); fi
  local java=(-Xmx96m -XX:+UseSerialGC -XX:TieredStopAtLevel=1)
  case ${1:-} in
    # The doctor measures Java code, which the others only start.
    doctor) java=(-XX:MaxRAMPercentage=50 -XX:+UseParallelGC) ;;
    # What runs for long is worth compiling well.
    import | export) java=(-Xmx128m -XX:+UseSerialGC) ;;
  esac
  exec ${start[@]+"${start[@]}"} "$JDK25/bin/java" "${java[@]}" \
    -Duc.home="$UC_HOME" -Duc.root="$ROOT" -jar "$(jar_of cli)" "$@"
}

# --- tests -----------------------------------------------------------------------------------

# One line for each module when its tests begin, and what goes wrong as it happens.
show_modules() {
  awk '
    { sub(/\r$/, "") }
    /^\[INFO\] --- (maven-)?surefire(-plugin)?:[^:]*:test .* @ / { sub(/ ---$/, ""); sub(/.* @ /, ""); print "  testing " $0 }
    /^\[ERROR\]/ && !/^\[ERROR\] *(\[Help|To see the full|Re-run|For more info|After correcting|mvn <args>|-> |$)/ { print }
    { fflush() }'
}

# One line for each report of tests: its module, how many there were, failed, were skipped.
reports() {
  find . -path './*/target/*-reports/TEST-*.xml' -exec grep -H -m 1 '<testsuite ' {} + 2>/dev/null |
    awk '
      function number(name) { return match($0, " " name "=\"[0-9]+\"") ? substr($0, RSTART + length(name) + 3) + 0 : 0 }
      { split($0, path, "/"); print path[2], number("tests"), number("failures") + number("errors"), number("skipped") }'
}

run_tests() {
  find_jdk25
  find_maven
  cd "$ROOT"
  make_home
  local log=$UC_HOME/logs/test.log code=0 started=$SECONDS results passed failed skipped
  # Reports of tests that no longer exist would be counted.
  rm -rf ./*/target/surefire-reports ./*/target/failsafe-reports
  say "running mvn verify; all of its output goes to $log"
  # Every module is to be tested, so failures are judged here, from the reports. Two modules at once:
  # a test often waits, for a server to start or to be missed.
  "$MVN" -B -T 2 -Dstyle.color=never -fae -Dmaven.test.failure.ignore=true verify "$@" 2>&1 </dev/null |
    tee "$log" | show_modules || code=$?
  results=$(reports)
  awk '
    NF { all[$1] += $2; failed[$1] += $3; skipped[$1] += $4 }
    END { for (module in all) printf "  %-20s %5d tests, %d failed, %d skipped\n", module, all[module], failed[module], skipped[module] }' <<<"$results" |
    sort
  read -r passed failed skipped < <(
    awk '{ all += $2; bad += $3; none += $4 } END { print all - bad - none, bad + 0, none + 0 }' <<<"$results")
  say "took $((SECONDS - started)) s"
  if [[ "$*" != *-Dtest=* ]] && grep -aq '^\[INFO\] Tests run: 0, [^T]*$' "$log"; then
    say "a module ran none of its tests"
    code=1
  fi
  [ "$code" = 0 ] || say "the build failed, see above and $log"
  say "$passed passed, $failed failed, $skipped skipped"
  [ "$code" = 0 ] && [ "$failed" = 0 ] && [ "$skipped" = 0 ] && [ "$passed" -gt 0 ]
}

# SECONDS of load before each fault
run_faults() {
  local disk=$UC_HOME/small-disk started=$SECONDS where
  case $1 in *[!0-9]* | '') die "usage: ./uc test --faults [SECONDS]" ;; esac
  build_benchmarks faults
  where="\`./uc test --faults $1\`, commit $(git -C "$ROOT" rev-parse --short HEAD 2>/dev/null || echo unknown),
$(date -u +%Y-%m-%d), $(uname -sm), $(getconf _NPROCESSORS_ONLN) processors, Java $(java_version "$JDK25")."
  local suite=(run_built faults io.usercenter.faults.FaultSuite "$ROOT" "$UC_HOME/logs/faults" "$1" "$where" "$ROOT/docs/faults.md")
  # A file system of its own, seen by these processes only and gone with them: one can be filled up.
  mkdir -p "$disk"
  if unshare -rm mount -t tmpfs -o size=1m tmpfs "$disk" 2>/dev/null; then
    export -f run_built
    export JDK25 UC_HOME ROOT
    suite=(unshare -rm bash -c 'mount -t tmpfs -o size=1500m tmpfs "$1"; shift; "$@"' in-namespace "$disk" "${suite[@]}" "$disk")
  fi
  "${suite[@]}" || die "faults were found after $((SECONDS - started)) s; logs are in $UC_HOME/logs/faults"
  say "no faults found in $((SECONDS - started)) s"
}

# COMMIT [SECONDS [NAME=VALUE...]]
run_upgrade() {
  local before commit seconds=${2:-20} setting usage="usage: ./uc test --upgrade COMMIT [SECONDS [NAME=VALUE...]]"
  case $seconds in *[!0-9]*) die "$usage" ;; esac
  commit=$(git -C "$ROOT" rev-parse --verify --quiet "${1:-}^{commit}") || die "'${1:-}' is no commit. $usage"
  shift $(($# < 2 ? $# : 2))
  for setting; do
    case $setting in *?=*) ;; *) die "'$setting' is no NAME=VALUE. $usage" ;; esac
  done
  build_benchmarks faults
  before=$UC_HOME/upgrade/$commit
  if [ ! -e "$before/built" ]; then
    say "building $(git -C "$ROOT" log -1 --format='%h %s' "$commit") ..."
    rm -rf "$before"
    mkdir -p "$before"
    git -C "$ROOT" archive "$commit" | tar -x -C "$before"
    (cd "$before" && "$MVN" -B -q -Dstyle.color=never -Dquick -DskipTests -pl usercenter-api,role-sync-listener -am package) \
      >"$UC_HOME/logs/upgrade-build.log" 2>&1 </dev/null || die "the build failed; all of its output is in $UC_HOME/logs/upgrade-build.log"
    touch "$before/built"
  fi
  run_built faults io.usercenter.faults.RollingUpgrade "$ROOT" "$before" "$UC_HOME/logs/upgrade" "$seconds" "$@" ||
    die "something was lost, answered wrongly or refused; logs are in $UC_HOME/logs/upgrade"
}

# LOG MODULE CLASSES [ARGS]: compiles and runs these test classes only, and prints what they say.
run_classes() {
  find_jdk25
  find_maven
  make_home
  cd "$ROOT"
  local log=$UC_HOME/logs/$1.log module=$2 classes=$3
  shift 3
  "$MVN" -B -q -Dstyle.color=never -Dquick -Dmaven.test.skip=false -DskipTests=false -pl "$module" -am test \
    -Dtest="$classes" -Dsurefire.failIfNoSpecifiedTests=false "$@" 2>&1 </dev/null | tee "$log"
}

# --- benchmarks ------------------------------------------------------------------------------

bench_help() {
  cat <<'HELP'
usage: ./uc bench NAME

  accounts         registrations per second beside raw Argon2id, at two costs of hashes; registrations, logins
                   and refreshes of accounts in all 32 shards beside those in one: what sharding costs on
                   one machine; about 15 minutes
  admin [--accounts N]
                   searches, lists and the dashboard of operators with 100,000 accounts and with N (default
                   1,000,000) in one run, and how fast accounts can be loaded; needs 1.5 GB of disk for each
                   million, which it gives back; some minutes, about 20 with ten million
  id [--quick]     the id generator beside its peers: ids per second, and what each does when clocks
                   jump, processes restart and leases end; about 4 minutes, 1 with --quick
  import           accounts per second of ./uc import beside a bare multi-row INSERT of the same rows; 3 minutes
  introspection    checks of tokens for a game server beside a request that does nothing, for each second
                   of processor time of the service; about 6 minutes
  load URL [OPTIONS]
                   load over HTTP on a service that runs, at a rate (open loop) or by callers who wait (closed):
                   registrations, logins, refreshes, checks; how long each took from when it was due, and what
                   failed; load --help lists the options
  login [--apart]  logins per second beside raw Argon2id, and how long a token check takes while ten
                   times as many log in as can; at two costs of hashes; about 12 minutes; --apart
                   gives the service a processor of its own, and all else the others
  peers [SECONDS [WARMUP]]  this service beside Keycloak and Spring Authorization Server, each with the same
                   MySQL, hashes and Java: what a second of processor time gets done; downloads 180 MB
                   once; SECONDS for each figure (20) after WARMUP seconds of the same load (90); about
                   20 minutes
  refresh          10,000 times eight refreshes at once with one token over two instances: one
                   successor each time, and how many a second; some minutes
  revocation       from a ban to its refusal at three instances and twenty game servers; then what is
                   accepted after FLUSHALL, a restart of everything, and by who is cut off for a
                   minute; about 4 minutes
  roles            role events per second from publishing to the directory beside the raw upserts of the
                   same MySQL, how old they are at half that rate, and the memory of a listener with a
                   backlog of a million; about 4 minutes
  tokens [--quick] a check of a token beside its signature alone, a look into a cache, and other
                   libraries; a server ticket with a million revocations; about 3 minutes
  soak [MINUTES]   mixed load (60 minutes) on two instances, a listener and their databases: memory, threads,
                   connections and table sizes, how they grow, and every request that failed
  audit            a million lines of the audit: added, sealed, verified, one changed byte found; about 3 minutes
  routing [ARGS]   a statement through ShardingSphere and over a hand-picked pool; ARGS go to JMH

Close what else runs on the machine: the figures mean nothing beside a build.
HELP
}

# MODULE CLASS LINES [ARGS]: runs a benchmark among the tests and prints the lines that are its figures.
bench_class() {
  local module=$1 class=$2 lines=$3
  shift 3
  say "compiling, then measuring ..." >&2
  run_classes "bench-$class" "$module" "$class" "$@" | grep -aE "$lines" ||
    die "the benchmark failed; all of its output is in $UC_HOME/logs/bench-$class.log"
}

bench() {
  local main=()
  case ${1:-help} in
    id) main=(io.usercenter.id.IdReport) ;;
    introspection)
      bench_class usercenter-api IntrospectionBench '^(an empty endpoint|introspection)'
      return
      ;;
    accounts)
      # As `up` starts the service.
      JAVA_TOOL_OPTIONS="${JAVA_TOOL_OPTIONS:-} -XX:+UseSerialGC" bench_class usercenter-api AccountsBench '^(registrations|logins|refreshes), '
      return
      ;;
    import)
      # As `import` is started.
      JAVA_TOOL_OPTIONS="${JAVA_TOOL_OPTIONS:-} -XX:+UseSerialGC" bench_class cli ImportBench '^(import|bare)'
      return
      ;;
    login)
      shift
      # As `up` starts the service.
      JAVA_TOOL_OPTIONS="${JAVA_TOOL_OPTIONS:-} -XX:+UseSerialGC" bench_class usercenter-api LoginBench '^(raw Argon2id|processor time|token check)' "${@/#--apart/-Dlogin.apart=true}"
      return
      ;;
    admin)
      local accounts=1000000
      case "${2:-} ${3:-}" in
        " ") ;;
        --accounts\ *[!0-9]* | --accounts\ ) die "--accounts needs a number" ;;
        --accounts\ *) accounts=$3 ;;
        *) die "unknown option $2" ;;
      esac
      bench_class usercenter-api AdminBench '^(filled: |[0-9]+ accounts: )' "-Dadmin.accounts=$accounts"
      return
      ;;
    refresh)
      bench_class usercenter-api RefreshStormTest '^refreshes: ' -Drefresh.rounds=10000
      return
      ;;
    revocation)
      bench_class usercenter-api RevocationBench '^(ban -> refused|after |cut off)'
      return
      ;;
    audit)
      bench_class usercenter-api AuditBench '^audit: '
      return
      ;;
    roles)
      bench_class role-sync-listener RolesBench '^(raw multi-row|published to visible|lag at|backlog of)'
      return
      ;;
    tokens) main=(io.usercenter.benchmarks.TokenReport) ;;
    peers)
      bench_peers "${2:-20}" "${3:-90}"
      return
      ;;
    soak)
      build_benchmarks faults
      run_built faults io.usercenter.faults.Soak "$ROOT" "$UC_HOME/logs/soak" "${2:-60}" ||
        die "requests failed; logs are in $UC_HOME/logs/soak"
      return
      ;;
    routing) main=(org.openjdk.jmh.Main RoutingBenchmark) ;;
    load) main=(io.usercenter.load.HttpLoad) ;;
    help | -h | --help)
      bench_help
      return
      ;;
    *)
      bench_help >&2
      return 2
      ;;
  esac
  shift
  build_benchmarks benchmarks
  run_benchmark "${main[@]}" "$@"
}

# MODULES: builds them and what they need.
build_benchmarks() {
  local log=$UC_HOME/logs/bench-build.log
  find_jdk25
  find_maven
  make_home
  say "building the benchmarks ..." >&2
  if ! (cd "$ROOT" && "$MVN" -B -Dstyle.color=never -Dquick -DskipTests -pl "$1" -am package) \
    >"$log" 2>&1 </dev/null; then
    tail -n 40 "$log" >&2
    die "the build failed; all of its output is in $log"
  fi
}

# MODULE CLASS [ARGS]: one that was built.
run_built() {
  local module=$1
  shift
  "$JDK25/bin/java" -Duc.home="$UC_HOME" -Dslf4j.internal.verbosity=ERROR \
    --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED \
    -cp "$ROOT/$module/target/classes:$(cat "$ROOT/$module/target/classpath")" "$@"
}

run_benchmark() { run_built benchmarks "$@"; }

# SECONDS WARMUP: the service's own jar, and those of its peers.
bench_peers() {
  local version folder=$UC_HOME/peers spring=benchmarks/spring-authorization-server
  build_benchmarks "benchmarks,usercenter-api,$spring"
  version=$(sed -n 's/.*<keycloak.version>\(.*\)<.*/\1/p' "$ROOT/pom.xml")
  (cd "$ROOT" && "$MVN" -q -B -pl benchmarks \
    org.apache.maven.plugins:maven-dependency-plugin:copy@keycloak) ||
    die "Keycloak $version could not be fetched"
  rm -rf "$folder"
  run_benchmark io.usercenter.peers.PeersBench \
    "$(jar_of usercenter-api)" \
    "$ROOT/benchmarks/target/peers/keycloak-quarkus-dist-$version.zip" "$version" \
    "$(jar_of "$spring")" "$1" "$2" "$folder"
}

# --- simulations -----------------------------------------------------------------------------

# The tests themselves: a seed that fails here fails there (--seed S runs that one).
run_simulation() {
  local module test properties=()
  case ${1:-} in
    id) module=id-generator test=UserIdSimulationTest ;;
    id-processes) module=id-generator test=UserIdProcessesTest,MintedIdsTest ;;
    fuzz) module=usercenter-api test=FuzzTest ;;
    identities) module=usercenter-api test=IdentitySimulationTest ;;
    roles) module=roles test=RoleSyncSimulationTest ;;
    roles-chaos) module=role-sync-listener test=RoleSyncChaosTest ;;
    sessions) module=usercenter-api test=SessionSimulationTest ;;
    *) die "usage: ./uc sim id|identities|roles|roles-chaos|sessions|id-processes [--seeds N] [--seed S] [--ids N]" ;;
  esac
  local name=$1
  shift
  while [ $# -gt 0 ]; do
    case "$1 ${2:-}" in
      --seeds\ *[!0-9]* | --seed\ *[!0-9]* | --ids\ *[!0-9]* | --events\ *[!0-9]* | --seeds\ | --seed\ | --ids\ | --events\ ) die "$1 needs a number" ;;
      --events\ *) properties+=("-Dchaos.events=$2") ;;
      --seeds\ * | --seed\ * | --ids\ *) properties+=("-D${1#--}=$2") ;;
      *) die "unknown option $1" ;;
    esac
    shift 2
  done
  local started=$SECONDS
  say "compiling, then simulating ($module, $test) ..."
  run_classes sim "$module" "$test" ${properties[@]+"${properties[@]}"} |
    awk '{ gsub(/\033\[[0-9;]*m/, "") } NF { print; fflush() }' ||
    die "sim $name FAILED after $((SECONDS - started)) s; all of it is in $UC_HOME/logs/sim.log"
  say "sim $name passed in $((SECONDS - started)) s"
}

# --- formatting ------------------------------------------------------------------------------

format() {
  find_jdk25
  local version jar
  version=$(sed -n 's/.*<google-java-format.version>\(.*\)<.*/\1/p' "$ROOT/pom.xml")
  jar=$ROOT/target/tools/google-java-format-$version-all-deps.jar
  if [ ! -e "$jar" ]; then
    find_maven
    (cd "$ROOT" && "$MVN" -q -B -N org.apache.maven.plugins:maven-dependency-plugin:copy@formatter)
  fi
  "$JDK25/bin/java" @"$ROOT/build/format.options" -cp "$jar" "$ROOT/build/Format.java" fix "$ROOT"
}

case ${1:-help} in
  help | -h | --help) help ;;
  test)
    shift
    case ${1:-} in
      --faults) run_faults "${2:-5}" ;;
      --upgrade)
        shift
        run_upgrade "$@"
        ;;
      *) run_tests "$@" ;;
    esac
    ;;
  bench)
    shift
    bench "$@"
    ;;
  sim)
    shift
    run_simulation "$@"
    ;;
  fuzz) run_simulation "$@" ;;
  fmt) format ;;
  *) run_cli "$@" ;;
esac
