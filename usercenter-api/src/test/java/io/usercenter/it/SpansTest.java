package io.usercenter.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.testkit.Backends;
import io.usercenter.testkit.TraceCollector;
import io.usercenter.testkit.TraceCollector.Span;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What an OpenTelemetry collector gets: the span of a request below the caller's, the statements in
 * it with their shards, and nothing that tells of a person.
 */
class SpansTest {
  private static final String CALLER = "b7ad6b7169203331";
  private static final AtomicLong TRACES = new AtomicLong(0x5eed);

  private static TraceCollector collector;
  private static CodeGateway gateway;
  private static Usercenter all;
  private static Usercenter none;

  @BeforeAll
  static void start() {
    collector = new TraceCollector();
    gateway = new CodeGateway();
    all = sampling("1");
    none = sampling("0");
  }

  private static Usercenter sampling(String share) {
    String[] codes = gateway.settings();
    return Usercenter.start(
        Backends.mysql(),
        Backends.redis(),
        codes[0],
        codes[1],
        "usercenter.traces.endpoint=" + collector.endpoint(),
        "usercenter.traces.sampling=" + share);
  }

  @AfterAll
  static void stop() {
    none.close();
    all.close();
    gateway.close();
    collector.close();
  }

  private static String newTrace() {
    return "0af7651916cd43dd" + HexFormat.of().toHexDigits(TRACES.incrementAndGet());
  }

  private static String parent(String trace, boolean sampled) {
    return "00-" + trace + "-" + CALLER + (sampled ? "-01" : "-00");
  }

  private static List<Span> whole(String trace) {
    Eventually.holds(
        "the request's span has come",
        Duration.ofSeconds(20),
        () -> collector.of(trace).stream().anyMatch(span -> span.parent().equals(CALLER)));
    return collector.of(trace);
  }

  @Test
  void aLoginIsTracedFromItsCallerToItsShard() {
    String name = Names.fresh();
    all.players().register(name).expect(201);
    String trace = newTrace();
    all.players().with("traceparent", parent(trace, false)).login(name).expect(200);

    List<Span> spans = whole(trace);
    Span request = spans.stream().filter(s -> s.parent().equals(CALLER)).findFirst().orElseThrow();
    assertThat(request.name()).isEqualTo("POST /v1/sessions");
    assertThat(request.attributes())
        .containsEntry("http.route", "/v1/sessions")
        .containsEntry("http.response.status_code", "200");
    List<Span> parts = spans.stream().filter(span -> !span.equals(request)).toList();
    assertThat(parts).allSatisfy(part -> assertThat(part.parent()).isEqualTo(request.id()));
    List<Span> statements =
        parts.stream().filter(part -> part.attributes().containsKey("db.namespace")).toList();
    int shard = Names.shardOf(name).number();
    assertThat(statements)
        .hasSizeGreaterThan(2)
        .allSatisfy(
            statement ->
                assertThat(statement.attributes())
                    .containsEntry("db.system.name", "mysql")
                    .containsEntry("usercenter.shard", Integer.toString(shard)));
    assertThat(statements.stream().map(Span::name)).contains("INSERT session", "COMMIT");
    assertThat(parts.stream().map(Span::name)).contains("password hash");
  }

  @Test
  void nothingInATraceTellsOfAPersonOrASecret() {
    String name = Names.fresh();
    String trace = newTrace();
    Client players = all.players().with("traceparent", parent(trace, true));
    Answer registered = players.register(name).expect(201);
    Answer login = players.login(name).expect(200);
    players
        .post(
            "/v1/sessions",
            Map.of("grant", "password", "username", name, "password", "not the password"))
        .expect(401);
    players.register(name).expect(409); // MySQL's message quotes the name
    String mail = name + "@example.com";
    players
        .post("/v1/codes", Map.of("channel", "email", "purpose", "login", "address", mail))
        .expect(202);
    String user = registered.text("/account/userId");
    all.operator()
        .with("traceparent", parent(trace, true))
        .get("/admin/v1/accounts/" + user)
        .expect(200);
    Eventually.holds(
        "the last request's span has come",
        Duration.ofSeconds(20),
        () ->
            collector.of(trace).stream()
                .map(Span::name)
                .toList()
                .contains("GET /admin/v1/accounts/{userId}"));

    assertThat(collector.of(trace).stream().map(Span::name)).contains("call the webhook for codes");
    assertThat(collector.everything())
        .doesNotContainIgnoringCase(name)
        .doesNotContain(
            user,
            mail,
            Client.PASSWORD,
            "not the password",
            login.text("/accessToken"),
            login.text("/refreshToken"),
            gateway.codeFor(mail));
    assertThat(
            collector.spans().stream()
                .flatMap(span -> span.attributes().keySet().stream())
                .collect(Collectors.toSet()))
        .isSubsetOf(
            "http.request.method",
            "http.route",
            "http.response.status_code",
            "error.type",
            "db.system.name",
            "db.namespace",
            "db.operation.name",
            "db.collection.name",
            "usercenter.shard");
  }

  @Test
  void whatIsAskedOfOthersContinuesTheTrace() {
    String trace = newTrace();
    all.players()
        .with("traceparent", parent(trace, true))
        .post(
            "/v1/codes",
            Map.of(
                "channel", "email", "purpose", "login", "address", Names.fresh() + "@example.com"))
        .expect(202);
    whole(trace);
    Eventually.holds(
        "the webhook was called with the span of that call",
        Duration.ofSeconds(20),
        () ->
            collector.of(trace).stream()
                .anyMatch(
                    span ->
                        span.name().equals("call the webhook for codes")
                            && gateway
                                .traceparent()
                                .equals("00-" + trace + "-" + span.id() + "-01")));
  }

  @Test
  void gameServersDecideWhatIsTracedAndPlayersDoNot() {
    String ofPlayer = newTrace();
    none.players().with("traceparent", parent(ofPlayer, true)).get("/v1/nothing").expect(404);
    String left = newTrace();
    Client server = none.gameServer("s1");
    server.with("traceparent", parent(left, false)).get("/server/v1/revocations").expect(200);
    String kept = newTrace();
    server.with("traceparent", parent(kept, true)).get("/server/v1/revocations").expect(200);
    whole(kept);
    assertThat(collector.of(left)).isEmpty();
    assertThat(collector.of(ofPlayer)).isEmpty();
  }

  @Test
  void strangersDoNotDecideAtTheDoorsOfOthers() {
    String path = "/server/v1/ticket-keys?serverId=s1";
    Client server = none.gameServer("s1");
    server.get(path).expect(200);
    byte[] pair = Base64.getDecoder().decode(server.authorization().substring("Basic ".length()));
    String id = new String(pair, StandardCharsets.UTF_8).split(":", -1)[0];
    String ofStranger = newTrace();
    Client stranger = none.players().with("traceparent", parent(ofStranger, true));
    stranger.get(path).expect(401);
    stranger.get("/server/x").expect(404);
    stranger.get("/admin/v1/accounts/1").expect(404);
    stranger.basic("gs_abcdefghijkl", "made up").get(path).expect(401);
    stranger.basic(id, "made up").get(path).expect(401);
    String kept = newTrace();
    server.with("traceparent", parent(kept, true)).get(path).expect(200);
    whole(kept);
    assertThat(collector.of(ofStranger)).isEmpty();
  }
}
