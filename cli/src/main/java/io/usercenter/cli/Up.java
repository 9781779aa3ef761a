package io.usercenter.cli;

import io.usercenter.testkit.ChildProcess;
import io.usercenter.testkit.MySqlServer;
import io.usercenter.testkit.MySqlSettings;
import io.usercenter.testkit.RedisServer;
import io.usercenter.testkit.RedisSettings;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One run of {@code ./uc up}: from the checks to the last process that ends. */
final class Up {
  static final String MASTER_KEY = "master-key";
  static final String OPERATOR_PASSWORD = "operator-password";
  static final String MYSQL_PASSWORD = "mysql-password";
  static final String MYSQL_USER = "usercenter";
  static final String MIGRATION_PASSWORD = "mysql-migration-password";
  private static final String MIGRATION_USER = "usercenter_migrate";
  static final String DEMO_CREDENTIAL = "demo-credential";

  /** What is started once MySQL and Redis run, in this order. */
  @FunctionalInterface
  interface ServicePlan {
    /**
     * Decides it.
     *
     * @param stores the environment that says where MySQL and Redis are
     * @param secrets the environment that only the API gets
     */
    List<Service> services(Map<String, String> stores, Map<String, String> secrets);
  }

  // As deploy/mysql/grants.sql has it.
  private static final List<MySqlSettings.Right> SERVICE_RIGHTS =
      List.of(
          new MySqlSettings.Right("ALL", "usercenter\\___"),
          new MySqlSettings.Right("ALL", "usercenter\\_admin"),
          new MySqlSettings.Right("SELECT, INSERT, EXECUTE", "usercenter\\_audit"));
  private static final List<MySqlSettings.Right> MIGRATION_RIGHTS =
      List.of(new MySqlSettings.Right("ALL", "usercenter\\_%"));
  private static final Duration READY_WITHIN = Duration.ofMinutes(10);
  private static final Duration ASK_EVERY = Duration.ofMillis(200);
  private static final Duration GRACE = Duration.ofSeconds(30);

  private final UpSettings settings;
  private final Home home;
  private final Console console;
  private final ServicePlan applications;
  private final Secrets secrets;
  private final Running running;

  Up(UpSettings settings, Home home, Console console, ServicePlan applications) {
    this.settings = settings;
    this.home = home;
    this.console = console;
    this.applications = applications;
    this.secrets = new Secrets(home.secrets(), new SecureRandom());
    this.running = new Running(console);
  }

  /**
   * Starts everything and returns when one of the processes has ended by itself, the others being
   * stopped. A signal stops all and ends this JVM instead.
   */
  int run() {
    Stopwatch watch = new Stopwatch();
    new Preflight(home, settings, console).check();
    // Made at the end of the first start that succeeded.
    boolean first = secrets.find(DEMO_CREDENTIAL).isEmpty();
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(running::stopAll));
    try (ApiClient api = new ApiClient()) {
      Map<String, String> stores = startStores();
      start(applications.services(stores, secretsOfApi()), first, api);
      Optional<String> credential = demoCredential(api);
      console.line("ready in " + watch);
      explain(first, credential.isPresent());
      String ended = running.awaitFirstEnd();
      if (!running.isStopping()) {
        console.line(ended + "; stopping the rest. Its log is in " + home.root().resolve("logs"));
      }
    } finally {
      running.stopAll();
    }
    return 1;
  }

  /** MySQL and Redis, or where else they are: what both applications have to know of them. */
  private Map<String, String> startStores() {
    Map<String, String> environment = new HashMap<>();
    if (settings.startsMySql()) {
      MySqlServer mysql = startMySql();
      environment.put("UC_DB_INSTANCES", mysql.address());
      environment.put("UC_DB_USER", mysql.user());
      environment.put("UC_DB_PASSWORD", mysql.password());
    } else {
      console.line("using the MySQL of UC_DB_INSTANCES");
    }
    if (settings.startsRedis()) {
      Stopwatch watch = new Stopwatch();
      RedisServer redis =
          RedisServer.start(
              home.redisData(),
              settings.redisPort(),
              RedisSettings.standard().keepingData().withLog(home.log("redis")));
      running.add("Redis", redis.process());
      started(redis.toString(), redis.process(), watch);
    } else {
      console.line("using the Redis of UC_REDIS_URL");
    }
    environment.put("UC_REDIS_URL", settings.redisUrl());
    return environment;
  }

  private MySqlServer startMySql() {
    Stopwatch watch = new Stopwatch();
    MySqlServer mysql =
        MySqlServer.start(
            home.mysqlData(),
            settings.mysqlPort(),
            MySqlSettings.standard()
                .withBufferPoolMb(256)
                .withAccount(
                    new MySqlSettings.Account(
                        MYSQL_USER, secrets.password(MYSQL_PASSWORD), SERVICE_RIGHTS))
                .withAccount(
                    new MySqlSettings.Account(
                        MIGRATION_USER, secrets.password(MIGRATION_PASSWORD), MIGRATION_RIGHTS))
                .withLog(home.log("mysql")));
    running.add("MySQL", mysql.process());
    started(mysql.toString(), mysql.process(), watch);
    return mysql;
  }

  private Map<String, String> secretsOfApi() {
    Map<String, String> environment = new HashMap<>();
    if (settings.startsMySql()) {
      environment.put("UC_DB_MIGRATION_USER", MIGRATION_USER);
      environment.put("UC_DB_MIGRATION_PASSWORD", secrets.password(MIGRATION_PASSWORD));
    }
    environment.put("UC_BOOTSTRAP_OPERATOR_PASSWORD", secrets.password(OPERATOR_PASSWORD));
    if (settings.variable("UC_MASTER_KEY").isEmpty()
        && settings.variable("UC_MASTER_KEY_FILE").isEmpty()) {
      environment.put("UC_MASTER_KEY_FILE", secrets.keyFile(MASTER_KEY).toString());
    }
    return environment;
  }

  // The first time one after the other, for the databases that the next one uses are still to be
  // made; later all at once, which saves seconds.
  private void start(List<Service> services, boolean first, ApiClient api) {
    List<Starting> starting = new ArrayList<>();
    for (Service service : services) {
      Starting one = launch(service);
      if (first) {
        awaitReady(one, api);
      } else {
        starting.add(one);
      }
    }
    starting.forEach(one -> awaitReady(one, api));
  }

  private record Starting(Service service, ChildProcess process, Stopwatch watch) {}

  private Starting launch(Service service) {
    Stopwatch watch = new Stopwatch();
    ChildProcess process =
        ChildProcess.start(
            service.name(),
            service.command(),
            service.environment(),
            home.root(),
            service.log(),
            GRACE);
    running.add(service.name(), process);
    return new Starting(service, process, watch);
  }

  private void awaitReady(Starting starting, ApiClient api) {
    Service service = starting.service();
    ChildProcess process = starting.process();
    while (!api.isUp(service.readiness())) {
      boolean ended = process.awaitExit(ASK_EVERY);
      if (running.isStopping()) {
        throw new UcException("stopped before it was ready");
      }
      if (ended) {
        throw new UcException(
            "%s ended while starting, code %d. The last lines of %s:%n%s"
                .formatted(service.name(), process.onExit().join(), service.log(), tail(process)));
      }
      running
          .ended()
          .ifPresent(
              other -> {
                throw new UcException(
                    "%s while the %s was starting. The logs are in %s"
                        .formatted(other, service.name(), home.root().resolve("logs")));
              });
      if (starting.watch().passed(READY_WITHIN)) {
        throw new UcException(
            "%s is not ready after %d s: %s does not answer 200. The last lines of %s:%n%s"
                .formatted(
                    service.name(),
                    READY_WITHIN.toSeconds(),
                    service.readiness(),
                    service.log(),
                    tail(process)));
      }
      console.progress(
          "waiting for the %s to be ready".formatted(service.name()), starting.watch().elapsed());
    }
    started(service.name(), process, starting.watch());
  }

  private static String tail(ChildProcess process) {
    List<String> lines = process.lastLines(30);
    return String.join("\n", lines);
  }

  private void started(String what, ChildProcess process, Stopwatch watch) {
    console.line("started %s in %s (pid %d)".formatted(what, watch, process.pid()));
  }

  /** A credential for the game servers of one's own experiments, made through the API once. */
  private Optional<String> demoCredential(ApiClient api) {
    Optional<String> kept = secrets.find(DEMO_CREDENTIAL);
    if (kept.isPresent() && accepts(api, kept.get())) {
      return kept;
    }
    ApiClient.Answer login =
        api.post(
            settings.internalUrl() + "/admin/v1/sessions",
            "",
            Map.of("name", "admin", "password", secrets.password(OPERATOR_PASSWORD)));
    if (!login.ok()) {
      console.line(
          "no credential for a game server was made: the operator's password in %s is not accepted (%d)"
              .formatted(secrets.file(OPERATOR_PASSWORD), login.status()));
      return Optional.empty();
    }
    ApiClient.Answer made =
        api.post(
            settings.internalUrl() + "/admin/v1/service-credentials",
            ApiClient.bearer(login.text("token")),
            Map.of("name", "demo", "serverIds", List.of("*")));
    if (!made.ok()) {
      console.line("no credential for a game server was made: " + made.body());
      return Optional.empty();
    }
    String credential = made.text("credentialId") + ":" + made.text("secret");
    secrets.put(DEMO_CREDENTIAL, credential);
    return Optional.of(credential);
  }

  private boolean accepts(ApiClient api, String credential) {
    String url = settings.apiUrl() + "/server/v1/tokens:introspect";
    return api.post(url, ApiClient.basic(credential), Map.of("token", "none")).ok();
  }

  private void explain(boolean first, boolean hasCredential) {
    console.line("");
    console.line("players and game servers   " + settings.apiUrl());
    console.line("operators                  " + settings.internalUrl());
    console.line(
        "operator                   admin, password "
            + (first
                ? secrets.password(OPERATOR_PASSWORD)
                : "in " + secrets.file(OPERATOR_PASSWORD)));
    console.line("logs                       " + home.root().resolve("logs"));
    console.line("");
    if (hasCredential) {
      console.line("Try it; these lines can be pasted as they are:");
      console.line("");
      console.line(
          CurlLines.lines(
              settings, secrets.file(DEMO_CREDENTIAL), secrets.file(OPERATOR_PASSWORD)));
    }
    console.line("Ctrl-C stops everything.");
  }
}
