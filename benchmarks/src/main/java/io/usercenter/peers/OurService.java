package io.usercenter.peers;

import io.usercenter.testkit.Backends;
import io.usercenter.testkit.ChildProcess;
import io.usercenter.testkit.MySqlServer;
import io.usercenter.testkit.Ports;
import io.usercenter.testkit.RedisServer;
import io.usercenter.testkit.ServiceJvm;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/** This project's service, from its jar, with the Java options of {@code ./uc up}. */
final class OurService implements AccountService {
  private static final String OPERATOR_PASSWORD = "an operator of this benchmark";

  private final MySqlServer mysql;
  private final RedisServer redis;
  private final ChildProcess process;
  private final Duration started;
  private final Http http;
  private final String credential;
  private final String[] refreshTokens = new String[PeersBench.SESSIONS];
  private final String[] introspections;
  private final String sixtyFour;

  OurService(Path jar, Path folder) {
    this.mysql = Backends.newMySql(PeersBench.MYSQL);
    this.redis = Backends.newRedis();
    int port = Ports.free();
    int internal = Ports.free();
    Map<String, String> environment = new HashMap<>(ServiceJvm.ENVIRONMENT);
    environment.put("UC_DB_INSTANCES", mysql.address());
    environment.put("UC_DB_USER", mysql.user());
    environment.put("UC_DB_PASSWORD", mysql.password());
    environment.put("UC_REDIS_URL", redis.url());
    environment.put("UC_MASTER_KEY", Base64.getEncoder().encodeToString(new byte[32]));
    environment.put("UC_BOOTSTRAP_OPERATOR_PASSWORD", OPERATOR_PASSWORD);
    environment.put("UC_PORT", Integer.toString(port));
    environment.put("UC_INTERNAL_PORT", Integer.toString(internal));
    environment.put("UC_MIGRATE", "true");
    environment.put(
        "USERCENTER_PASSWORDS_MEMORYKIB", Integer.toString(PeersBench.COST.memoryKib()));
    environment.put(
        "USERCENTER_PASSWORDS_ITERATIONS", Integer.toString(PeersBench.COST.iterations()));
    // All users of the benchmark come from one address, and one game server asks.
    // Each is counted where it is by default.
    for (String limit : List.of("REGISTER", "LOGIN")) {
      environment.put("USERCENTER_LIMITS_" + limit, "10000000/1m");
    }
    for (String limit : List.of("REFRESH", "GAMESERVER")) {
      environment.put("USERCENTER_LIMITS_" + limit, "10000000/1m instance");
    }
    long before = System.nanoTime();
    this.process =
        ChildProcess.start(
            "user center",
            ServiceJvm.command(512, List.of(), jar),
            environment,
            folder,
            folder.resolve("user-center.log"),
            Duration.ofSeconds(5));
    Http operators = new Http("http://127.0.0.1:" + internal);
    Starting.await(process, operators, "/actuator/health/readiness");
    this.started = Duration.ofNanos(System.nanoTime() - before);
    this.http = new Http("http://127.0.0.1:" + port);

    List<String> accessTokens = new ArrayList<>();
    for (int user = 0; user < PeersBench.USERS; user++) {
      JsonNode login =
          Http.read(
              http.postJson(
                  "/v1/accounts",
                  "",
                  Map.of("username", PeersBench.name(user), "password", PeersBench.PASSWORD)));
      refreshTokens[user] = login.at("/refreshToken").asString();
      accessTokens.add(login.at("/accessToken").asString());
    }
    String operator =
        Http.read(
                operators.postJson(
                    "/admin/v1/sessions",
                    "",
                    Map.of("name", "admin", "password", OPERATOR_PASSWORD)))
            .at("/token")
            .asString();
    JsonNode made =
        Http.read(
            operators.postJson(
                "/admin/v1/service-credentials",
                Http.bearer(operator),
                Map.of("name", "bench", "serverIds", List.of("*"))));
    this.credential =
        Http.basic(made.at("/credentialId").asString(), made.at("/secret").asString());
    this.introspections =
        accessTokens.stream()
            .map(token -> Http.form(Map.of("token", token)))
            .toArray(String[]::new);
    this.sixtyFour =
        Http.json(
            Map.of(
                "tokens",
                IntStream.range(0, Work.INTROSPECT_MANY.each())
                    .mapToObj(i -> accessTokens.get(i % accessTokens.size()))
                    .toList()));
  }

  @Override
  public String title() {
    return "**this service**";
  }

  @Override
  public ChildProcess process() {
    return process;
  }

  @Override
  public List<ChildProcess> stores() {
    return List.of(mysql.process(), redis.process());
  }

  @Override
  public Duration started() {
    return started;
  }

  @Override
  public boolean does(Work work) {
    return true;
  }

  @Override
  public void run(Work work, int session) {
    int user = session % PeersBench.USERS;
    switch (work) {
      case LOGIN -> {
        String body =
            http.postJson(
                "/v1/sessions",
                "",
                Map.of(
                    "grant",
                    "password",
                    "username",
                    PeersBench.name(user),
                    "password",
                    PeersBench.PASSWORD));
        refreshTokens[session] = Http.read(body).at("/refreshToken").asString();
      }
      case INTROSPECT -> {
        String body =
            http.postForm("/server/v1/tokens:introspect", credential, introspections[user]);
        require(body.contains("\"active\":true"), body);
      }
      case INTROSPECT_MANY -> {
        String body = http.postJsonText("/server/v1/tokens:batchIntrospect", credential, sixtyFour);
        require(!body.contains("\"active\":false"), body);
      }
      case REFRESH -> refresh(session, "return=minimal"); // RFC 7240: the tokens
      case REFRESH_AND_TELL -> refresh(session, "return=representation");
    }
  }

  private void refresh(int session, String preference) {
    String body =
        http.postJson(
            "/v1/sessions:refresh",
            "Prefer",
            preference,
            Map.of("refreshToken", refreshTokens[session]));
    refreshTokens[session] = Http.read(body).at("/refreshToken").asString();
  }

  private static void require(boolean good, String answer) {
    if (!good) {
      throw new IllegalStateException("not active: " + answer);
    }
  }

  @Override
  public void close() {
    process.stop(Duration.ofSeconds(20));
    redis.close();
    mysql.close();
  }
}
