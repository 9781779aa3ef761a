package io.usercenter.it;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.usercenter.platform.ErrorCode;
import io.usercenter.shard.ShardPools;
import io.usercenter.testkit.Backends;
import io.usercenter.testkit.MySqlServer;
import io.usercenter.testkit.MySqlSettings;
import io.usercenter.testkit.RedisServer;
import io.usercenter.testkit.Seeds;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Whatever is sent to an endpoint of {@code docs/openapi.json}, by whomever: it is answered, and
 * what is refused is refused with a problem of a known code that tells nothing of the inside.
 *
 * <p>A seed is one round of requests to every endpoint, half of them as they should be, so that
 * there is something behind the door to stumble over. Two rounds run at once. {@code ./uc fuzz
 * --seeds N} runs more of them.
 */
class FuzzTest {
  private static final int ROUNDS = 8;
  private static final int REQUESTS_PER_ENDPOINT = 6;

  /** The id of the first operator. */
  private static final long ADMIN = 1;

  /** Stack frames, names of classes, SQL: what tells of the inside. */
  private static final Pattern INSIDE =
      Pattern.compile(
          "\\bat"
              + " [\\w.$]+\\([\\w.]+:\\d+\\)|\\b(?:java|jakarta|org|com|io|tools|sun)\\.\\w+\\.\\w|Exception\\b|SQLSTATE|SQL"
              + " syntax|[Jj]etty|[Ss]pring|[Jj]ackson|\\[B@|NullPointer");

  /** Codes of those who did not get past the door. */
  private static final Set<String> AT_THE_DOOR =
      Set.of("CREDENTIALS_MISSING", "TOKEN_REJECTED", "WRONG_SERVICE_CREDENTIAL");

  private static final List<String> ODD_TYPES =
      List.of(
          "text/plain",
          "application/xml",
          "application/json;charset=utf-16",
          "application/json;charset=nonsense",
          "application/json;;;",
          "nonsense",
          "multipart/form-data",
          "multipart/form-data; boundary=x",
          "application/x-www-form-urlencoded",
          "application/merge-patch+json",
          "application/octet-stream",
          "*/*",
          "a/b/c");

  private static final List<Map.Entry<String, String>> ODD_HEADERS =
      List.of(
          Map.entry("Accept", "text/html"),
          Map.entry("Accept", "*/*;q=0"),
          Map.entry("Accept", "application/json;q=abc"),
          Map.entry("Accept", ","),
          Map.entry("Accept", "application/octet-stream"),
          Map.entry("Accept-Encoding", "gzip;q=2, nonsense"),
          Map.entry("Accept-Language", "x".repeat(3000)),
          Map.entry("Cache-Control", "no-cache, max-age=99999999999999999999"),
          Map.entry("Content-Encoding", "gzip"),
          Map.entry("Content-Encoding", "br"),
          Map.entry("Cookie", "uc_operator=nonsense; ; =; a"),
          Map.entry("Cookie", "\u00ff=\u00fe"),
          Map.entry("Forwarded", "for=\"[::1\";by=;proto"),
          Map.entry("If-Modified-Since", "yesterday"),
          Map.entry("If-None-Match", "\"a\", W/*"),
          Map.entry("Idempotency-Key", "k".repeat(200)),
          Map.entry("Idempotency-Key", "\u00e9"),
          Map.entry("Idempotency-Key", "the one of everybody"),
          Map.entry("Origin", "null"),
          Map.entry("Range", "bytes=0-99999999999999999999,-1"),
          Map.entry("traceparent", "00-" + "0".repeat(32) + "-" + "0".repeat(16) + "-00"),
          Map.entry("traceparent", "ff-" + "x".repeat(500)),
          Map.entry("X-CSRF-Token", ""),
          Map.entry("X-Forwarded-For", "999.999.999.999, ::ffff:1, %s"),
          Map.entry("X-Forwarded-Host", "elsewhere:99999"),
          Map.entry("X-Forwarded-Proto", "gopher"),
          Map.entry("X-HTTP-Method-Override", "DELETE"));

  private static final HttpClient HTTP =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

  private static final LongAdder ACCEPTED = new LongAdder();
  private static final LongAdder REFUSED = new LongAdder();
  private static final Set<String> PASSED_THE_DOOR = ConcurrentHashMap.newKeySet();
  private static final Set<String> DONE = ConcurrentHashMap.newKeySet();
  private static final Map<String, String> WRONG = new ConcurrentHashMap<>();
  private static final AtomicInteger OPERATORS = new AtomicInteger();
  private static final Queue<String> ERRORS = new ConcurrentLinkedQueue<>();

  private static final AppenderBase<ILoggingEvent> LOG =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          if (event.getLevel().isGreaterOrEqual(Level.ERROR)) {
            ERRORS.add(event.getLoggerName() + ": " + event.getFormattedMessage());
          }
        }
      };

  private static MySqlServer mysql;
  private static RedisServer redis;
  private static CodeGateway gateway;
  private static String adminPasswordHash;
  private static Usercenter service;

  @BeforeAll
  static void start() throws SQLException {
    // Of their own: operators who press every button leave nothing as it was.
    mysql = Backends.newMySql(MySqlSettings.standard().relaxed());
    redis = Backends.newRedis();
    gateway = new CodeGateway();
    List<String> settings = new ArrayList<>(List.of(gateway.settings()));
    settings.add("usercenter.http.max-request-body=64KB");
    settings.add("usercenter.database.borrow-timeout=20s"); // a busy machine is no finding
    service = Usercenter.start(mysql, redis, settings.toArray(String[]::new));
    adminPasswordHash = passwordHashOfAdmin();
    Client server = service.gameServer("s1");
    Eventually.holds(
        "all shards have told what was revoked",
        Duration.ofSeconds(30),
        () -> server.get("/server/v1/revocations").status() == 200);
    LOG.start();
    root().addAppender(LOG);
  }

  private static String passwordHashOfAdmin() throws SQLException {
    try (Connection database = service.bean(ShardPools.class).admin().getConnection();
        Statement query = database.createStatement();
        ResultSet row =
            query.executeQuery("SELECT password_hash FROM operator WHERE operator_id = " + ADMIN)) {
      assertThat(row.next()).isTrue();
      return row.getString(1);
    }
  }

  @AfterAll
  static void stop() {
    root().detachAppender(LOG);
    service.close();
    gateway.close();
    redis.close();
    mysql.close();
  }

  private static Logger root() {
    return (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
  }

  @Test
  void everyRequestIsAnsweredAndNoneIsTooMuch() {
    List<Endpoint> endpoints = Endpoint.all();
    Seeds.inParallel(ROUNDS, seed -> new Round(seed, endpoints).run());
    System.out.printf(
        "fuzz: %d requests to %d endpoints: %d accepted, %d refused, %d kinds of wrong answers;"
            + " %d endpoints did what they are for%n",
        ACCEPTED.sum() + REFUSED.sum(),
        endpoints.size(),
        ACCEPTED.sum(),
        REFUSED.sum(),
        WRONG.size(),
        DONE.size());
    assertThat(WRONG.values()).isEmpty();
    assertThat(ERRORS).as("what the service logged as its own mistakes").isEmpty();
    service.players().register(Names.fresh()).expect(201);
    service.inside().get("/actuator/health/readiness").expect(200);
    if (Long.getLong("seed") == null) {
      assertThat(endpoints)
          .extracting(Endpoint::toString)
          .as("endpoints that right credentials lead into")
          .allMatch(PASSED_THE_DOOR::contains);
    }
  }

  /** What the first operator is asked for, whatever the others have made of him meanwhile. */
  private static String asAdmin(Supplier<Client> wish) {
    AssertionError last = null;
    for (int attempt = 0; attempt < 5; attempt++) {
      try (Connection database = service.bean(ShardPools.class).admin().getConnection();
          Statement change = database.createStatement()) {
        change.executeUpdate(
            "UPDATE operator SET deleted_at = NOW(3) WHERE living_name = 'admin' AND operator_id <>"
                + " "
                + ADMIN);
        change.executeUpdate(
            "UPDATE operator SET name = 'admin', deleted_at = NULL, status = 'ACTIVE',"
                + " super_admin = TRUE, totp_secret = NULL, password_hash = '"
                + adminPasswordHash
                + "' WHERE operator_id = "
                + ADMIN);
        return wish.get().authorization();
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      } catch (AssertionError changedInBetween) {
        last = changedInBetween;
      }
    }
    throw new AssertionError("the first operator cannot be restored", last);
  }

  /** One round, with a player, a game server and an operator of its own. */
  private static final class Round {
    private final long seed;
    private final List<Endpoint> endpoints;
    private final HostileValues values;
    private final Map<String, String> authorizations = new LinkedHashMap<>();

    Round(long seed, List<Endpoint> endpoints) {
      this.seed = seed;
      this.endpoints = endpoints;
      this.values = new HostileValues(new SplittableRandom(seed));
    }

    void run() throws IOException, InterruptedException {
      teach();
      for (int i = 0; i < REQUESTS_PER_ENDPOINT; i++) {
        for (Endpoint endpoint : endpoints) {
          ask(endpoint, i == 0 ? 0 : values.chance(0.3) ? 0 : values.random().nextDouble());
        }
      }
    }

    /** What somebody who read the documents would try. */
    private void teach() {
      values.learn("password", Client.PASSWORD);
      values.learn("currentPassword", Client.PASSWORD);
      values.learn("newPassword", Client.PASSWORD + "!");
      values.learn("grant", "password");
      values.learn("serverId", "s1");
      values.learn("serverIds", "s1");
      values.learn("reasonCode", "TEST");
      values.learn("reason", "because");
      values.learn("channel", "email");
      values.learn("address", "somebody" + seed + "@example.com");
      values.learn("type", "ROLE_CREATED");
      values.learn("eventId", "e" + seed);
      values.learn("roleId", "r" + seed);
      values.learn("occurredAt", "2026-01-01T00:00:00Z");
      values.learn("from", "2026-01-01T00:00:00Z");
      values.learn("to", "2027-01-01T00:00:00Z");
      values.learn("until", "2027-01-01T00:00:00Z");
      values.learn("stream", "03");
      values.learn("shard", "03");
      values.learn("waitMs", "5");
      values.learn("locale", "en");
    }

    private void ask(Endpoint endpoint, double hostility) throws IOException, InterruptedException {
      boolean right = values.chance(0.85) || hostility == 0;
      String authorization = right ? authorizationFor(endpoint.credentials()) : wrong();
      String method = endpoint.method();
      if (values.chance(hostility / 20)) {
        method = values.anyOf(List.of("GET", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "BREW"));
      }
      Map<String, String> headers = new LinkedHashMap<>();
      byte[] body = new byte[0];
      if (!endpoint.bodies().isEmpty() && !values.chance(hostility / 10)) {
        Endpoint.Body kind = values.anyOf(endpoint.bodies());
        headers.put(
            "Content-Type",
            values.chance(hostility / 6) ? values.anyOf(ODD_TYPES) : kind.contentType());
        String text = textOf(kind, endpoint, hostility);
        body =
            values.chance(hostility / 4)
                ? values.damaged(text)
                : text.getBytes(StandardCharsets.UTF_8);
      }
      for (Endpoint.Parameter parameter : endpoint.parameters()) {
        if (parameter.in().equals("header") && values.chance(0.3)) {
          headers.put(parameter.name(), "k" + values.random().nextInt(1 << 20));
        }
      }
      while (values.chance(hostility / 3)) {
        Map.Entry<String, String> odd = values.anyOf(ODD_HEADERS);
        headers.put(odd.getKey(), odd.getValue());
      }
      if (!authorization.isEmpty()) {
        headers.put("Authorization", authorization);
      }
      boolean inside = endpoint.isInternal() != values.chance(hostility / 20);
      Client door = inside ? service.inside() : service.players();
      send(endpoint, right, method, door.base() + target(endpoint, hostility), headers, body);
    }

    private String textOf(Endpoint.Body kind, Endpoint endpoint, double hostility) {
      if (kind.contentType().endsWith("json") && !kind.contentType().contains("ndjson")) {
        return values.json("", kind.schema(), endpoint.schemas(), hostility);
      }
      if (kind.contentType().endsWith("form-urlencoded")) {
        List<String> pairs = new ArrayList<>();
        kind.schema()
            .path("properties")
            .properties()
            .forEach(
                field ->
                    pairs.add(
                        field.getKey()
                            + "="
                            + escaped(values.text(field.getKey(), field.getValue(), hostility))));
        return String.join("&", pairs);
      }
      return values.chance(hostility)
          ? values.hostileText()
          : kind.contentType().contains("csv")
              ? "username,externalId\n" + Names.fresh() + ",x1\n"
              : "{\"username\":\"" + Names.fresh() + "\"}\n";
    }

    private String target(Endpoint endpoint, double hostility) {
      String path = endpoint.path();
      List<String> query = new ArrayList<>();
      for (Endpoint.Parameter parameter : endpoint.parameters()) {
        String name = parameter.name();
        // A long wait is what is asked for, and answered; it would only cost time here.
        double odd = name.equals("waitMs") ? 0 : hostility;
        String value = values.text(name, parameter.schema(), odd);
        value = value.length() > 2000 ? value.substring(0, 2000) : value;
        if (parameter.in().equals("path")) {
          path = path.replace("{" + name + "}", segment(value));
        } else if (parameter.in().equals("query") && values.chance(0.6)) {
          query.add(name + "=" + escaped(value));
          if (values.chance(hostility / 10)) {
            query.add(name + "=%c3%28");
          }
        }
      }
      if (values.chance(hostility / 10)) {
        query.add(values.anyOf(List.of("=", "&&&", "a[0][b]=c", "%00=%ff", "class.x.y=z", "?")));
      }
      if (values.chance(hostility / 15)) {
        path =
            values.anyOf(
                List.of(path + "/", path + ";a=b", "/" + path, path + "/..%2f", path + "%0a"));
      }
      return query.isEmpty() ? path : path + "?" + String.join("&", query);
    }

    /** An empty segment would be another path. */
    private static String segment(String value) {
      return value.isEmpty() ? "%20" : escaped(value);
    }

    private static String escaped(String value) {
      return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private String wrong() {
      return values.anyOf(
          List.of(
              "",
              "Bearer",
              "Bearer ",
              "Bearer uco_wrong",
              "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.",
              "Bearer " + "x".repeat(4000),
              "Basic",
              "Basic ====",
              "Basic "
                  + Base64.getEncoder()
                      .encodeToString("\u00fc:\u0000".getBytes(StandardCharsets.UTF_8)),
              "Basic "
                  + Base64.getEncoder().encodeToString("nocolon".getBytes(StandardCharsets.UTF_8)),
              "Digest username=\"x\"",
              "\u00ff",
              authorizationFor("accessToken"),
              authorizationFor("serviceCredential"),
              authorizationFor("operatorToken")));
    }

    private String authorizationFor(String scheme) {
      return scheme.isEmpty()
          ? ""
          : authorizations.computeIfAbsent(
              scheme,
              _ ->
                  switch (scheme) {
                    case "accessToken" -> player();
                    case "serviceCredential" -> asAdmin(() -> service.gameServer("s1"));
                    case "operatorToken" ->
                        asAdmin(() -> service.superAdmin("fuzz" + OPERATORS.incrementAndGet()));
                    default -> throw new AssertionError("no way to get credentials: " + scheme);
                  });
    }

    private String player() {
      String name = Names.fresh();
      Answer login = service.players().register(name).expect(201);
      values.learn("username", name);
      values.learn(login.json());
      values.learn("userId", login.text("/account/userId"));
      values.learn("userIds", login.text("/account/userId"));
      values.learn("token", login.text("/accessToken"));
      values.learn("tokens", login.text("/accessToken"));
      return "Bearer " + login.text("/accessToken");
    }

    private void send(
        Endpoint endpoint,
        boolean right,
        String method,
        String url,
        Map<String, String> headers,
        byte[] body)
        throws IOException, InterruptedException {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create(url))
              .timeout(Duration.ofSeconds(30))
              .method(method, HttpRequest.BodyPublishers.ofByteArray(body));
      headers.forEach(request::setHeader);
      String sent = shown(method, url, headers, body);
      HttpResponse<String> answer = answerTo(request.build(), sent);
      String code = "";
      try {
        code = judge(method, answer, sent);
      } catch (AssertionError | JacksonException wrong) {
        // One mistake must not hide the next.
        WRONG.merge(
            endpoint + " " + answer.statusCode(),
            "replay with -Dseed=%d: %s".formatted(seed, wrong.getMessage()),
            (first, _) -> first);
      }
      if (answer.statusCode() < 400) {
        ACCEPTED.increment();
        DONE.add(endpoint.toString());
      } else {
        REFUSED.increment();
      }
      if (right && AT_THE_DOOR.contains(code)) {
        // Banned, logged out, rotated: by one of the requests before.
        authorizations.remove(endpoint.credentials());
      } else if (right && method.equals(endpoint.method()) && !code.equals("NOT_FOUND")) {
        PASSED_THE_DOOR.add(endpoint.toString());
      }
    }

    /** A connection of the pool may have been closed just now; then it is asked on another one. */
    private static HttpResponse<String> answerTo(HttpRequest request, String sent)
        throws InterruptedException {
      IOException last = null;
      for (int attempt = 0; attempt < 3; attempt++) {
        try {
          return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
          last = e;
        }
      }
      throw new AssertionError("no answer to " + sent, last);
    }

    /** The code of a refusal that is one of the documented ones, else an empty text. */
    private String judge(String method, HttpResponse<String> answer, String sent) {
      int status = answer.statusCode();
      String body = answer.body();
      assertThat(status).as("%s%n-> %s", sent, body).isLessThan(500);
      assertThat(answer.headers().firstValue("Server")).as(sent).isEmpty();
      if (status < 400) {
        if (status == 200) {
          assertThat(answer.headers().firstValue("Content-Type").orElse("none"))
              .as(sent)
              .doesNotStartWith("message/http");
        }
        learnFrom(body);
        return "";
      }
      if (method.equals("HEAD")) {
        return "";
      }
      assertThat(INSIDE.matcher(body).find()).as("%s%n-> %s", sent, body).isFalse();
      assertThat(answer.headers().firstValue("Content-Type").orElse("none"))
          .as("%s%n-> %d %s", sent, status, body)
          .startsWith("application/problem+json");
      JsonNode problem = Client.JSON.readTree(body);
      String code = problem.path("code").asString("");
      assertThat(ErrorCode.values()).as(body).extracting(Enum::name).contains(code);
      assertThat(problem.path("status").asInt()).as(body).isEqualTo(status);
      assertThat(ErrorCode.valueOf(code).status().value())
          .as("%s%n-> %d %s", sent, status, body)
          .isEqualTo(status);
      return code;
    }

    private void learnFrom(String body) {
      try {
        values.learn(Client.JSON.readTree(body));
      } catch (JacksonException notJson) {
        values.learn("file", "x"); // an export
      }
    }

    private String shown(String method, String url, Map<String, String> headers, byte[] body) {
      String text = new String(body, StandardCharsets.UTF_8);
      return "seed %d: %s %s%n%s%n%s"
          .formatted(
              seed,
              method,
              url,
              headers,
              text.length() > 2000 ? text.substring(0, 2000) + "..." : text);
    }
  }
}
