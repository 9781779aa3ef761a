package io.usercenter.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.id.Shard;
import io.usercenter.shard.ShardPools;
import io.usercenter.testkit.Backends;
import io.usercenter.testkit.MySqlServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Bans of accounts, servers and features, one by one and in batches. One shard has a MySQL of its
 * own, which can be taken away. Sessions are believed for long, so that what is seen at once was
 * heard and not only forgotten.
 */
class BansTest {
  private static final Shard ALONE = new Shard(11);

  private static MySqlServer most;
  private static MySqlServer alone;
  private static Usercenter service;
  private static Client players;
  private static Client operator;
  private static Client server;

  @BeforeAll
  static void start() {
    most = Backends.newMySql();
    alone = Backends.newMySql();
    service =
        Usercenter.start(
            most.address() + "=0-10," + alone.address() + "=11," + most.address() + "=12-31",
            most.address(),
            Backends.redis(),
            "usercenter.sessions.state-belief=1m");
    players = service.players();
    operator = service.operator();
    server = service.gameServer("*");
  }

  @AfterAll
  static void stop() {
    service.close();
    alone.close();
    most.close();
  }

  @Test
  void aBanOfAServerRidesInIntrospectionAndLoginAndKeepsNobodyOut() {
    String name = Names.fresh();
    Answer login = players.register(name).expect(201);
    String token = login.text("/accessToken");
    assertThat(server.introspect(token).json().has("bans")).isFalse();
    assertThat(login.json().has("bans")).isFalse();

    Answer ban =
        ban(login.text("/account/userId"), Map.of("scope", "SERVER", "target", "s1")).expect(201);

    Answer seen = server.introspect(token).expect(200);
    assertThat(seen.json().at("/active").booleanValue()).isTrue();
    assertThat(seen.text("/bans/0/scope")).isEqualTo("SERVER");
    assertThat(seen.text("/bans/0/target")).isEqualTo("s1");
    assertThat(seen.text("/bans/0/reasonCode")).isEqualTo("CHEATING");
    assertThat(seen.json().at("/bans/0").has("until")).isFalse();
    Answer again = players.login(name).expect(200);
    assertThat(again.text("/bans/0/message")).isEqualTo("You cheated.");
    assertThat(players.refresh(again.text("/refreshToken")).text("/bans/0/target")).isEqualTo("s1");

    operator.post("/admin/v1/bans/" + ban.text("/banId") + ":lift", Map.of()).expect(200);
    assertThat(server.introspect(token).json().has("bans")).isFalse();
    assertThat(players.login(name).expect(200).json().has("bans")).isFalse();
  }

  @Test
  void aCheckThatIsRepeatedAsksNoDatabaseEvenForABannedPlayer() {
    Answer login = players.register(Names.fresh()).expect(201);
    ban(login.text("/account/userId"), Map.of("scope", "FEATURE", "target", "chat")).expect(201);
    String token = login.text("/accessToken");
    assertThat(server.introspect(token).text("/bans/0/target")).isEqualTo("chat");

    Answer repeated = server.introspect(token).expect(200);

    assertThat(repeated.text("/bans/0/target")).isEqualTo("chat");
    assertThat(repeated.statements()).isZero();
  }

  @Test
  void aBanOfAFeatureEndsByItself() {
    Answer login = players.register(Names.fresh()).expect(201);
    Instant until = Instant.now().plusSeconds(2).truncatedTo(ChronoUnit.MILLIS);
    ban(
            login.text("/account/userId"),
            Map.of("scope", "FEATURE", "target", "trade", "until", until.toString()))
        .expect(201);
    String token = login.text("/accessToken");
    assertThat(server.introspect(token).text("/bans/0/until")).isEqualTo(until.toString());

    Eventually.holds(
        "the ban is over",
        Duration.ofSeconds(10),
        () -> !server.introspect(token).json().has("bans"));
    assertThat(Instant.now()).isAfterOrEqualTo(until);
  }

  @Test
  void aBanOfAnAccountThatStartsLaterKicksThen() {
    String name = Names.fresh();
    Answer login = players.register(name).expect(201);
    String userId = login.text("/account/userId");
    Instant from = Instant.now().plusSeconds(4);
    ban(userId, Map.of("from", from.toString())).expect(201);
    String token = login.text("/accessToken");
    assertThat(server.introspect(token).body()).contains("\"active\":true");
    players.login(name).expect(200);

    Eventually.holds(
        "the sessions have ended in the shard",
        Duration.ofSeconds(15),
        () ->
            operator
                .get("/admin/v1/accounts/" + userId + "/sessions")
                .json()
                .at("/sessions/0")
                .has("endReason"));

    assertThat(Instant.now()).isAfterOrEqualTo(from);
    Answer sessions = operator.get("/admin/v1/accounts/" + userId + "/sessions");
    assertThat(sessions.text("/sessions/0/endReason")).isEqualTo("BANNED");
    assertThat(server.introspect(token).text("/reason")).isEqualTo("BANNED");
    players.login(name).expectProblem(403, "ACCOUNT_BANNED");
    players.refresh(login.text("/refreshToken")).expectProblem(403, "ACCOUNT_BANNED");
  }

  @Test
  void aBanThatWasLiftedBeforeItsStartKicksNobody() {
    String name = Names.fresh();
    Answer login = players.register(name).expect(201);
    String userId = login.text("/account/userId");
    Instant from = Instant.now().plusSeconds(1);
    Answer ban = ban(userId, Map.of("from", from.toString())).expect(201);
    operator.post("/admin/v1/bans/" + ban.text("/banId") + ":lift", Map.of()).expect(200);
    String other = players.register(Names.fresh()).expect(201).text("/account/userId");
    ban(other, Map.of("from", from.plusMillis(1).toString())).expect(201);

    Eventually.holds(
        "a later ban has kicked",
        Duration.ofSeconds(15),
        () ->
            operator
                .get("/admin/v1/accounts/" + other + "/sessions")
                .json()
                .at("/sessions/0")
                .has("endReason"));

    players.refresh(login.text("/refreshToken")).expect(200);
  }

  @Test
  void termsThatContradictEachOtherAreRefused() {
    String userId = players.register(Names.fresh()).expect(201).text("/account/userId");
    String soon = Instant.now().plusSeconds(60).toString();
    String later = Instant.now().plusSeconds(120).toString();
    for (Map<String, Object> terms :
        List.<Map<String, Object>>of(
            Map.of("target", "s1"),
            Map.of("scope", "SERVER"),
            Map.of("scope", "SERVER", "target", "no blanks"),
            Map.of("scope", "FEATURE", "target", "Chat"),
            Map.of("from", later, "until", soon),
            Map.of("from", "9999-06-01T00:00:00Z"),
            Map.of("until", "2020-01-01T00:00:00Z"))) {
      ban(userId, terms).expectProblem(400, "VALIDATION_FAILED");
    }
    ban(userId, Map.of("scope", "PLANET")).expectProblem(400, "MALFORMED_REQUEST");
    assertThat(operator.get("/admin/v1/accounts/" + userId + "/bans").json().at("/bans").size())
        .isZero();
  }

  @Test
  void aBatchBansByNameSaysWhatItDidAndIsUndone() {
    String first = Names.fresh();
    String second = Names.fresh();
    Answer firstLogin = players.register(first).expect(201);
    String secondId = players.register(second).expect(201).text("/account/userId");
    ban(secondId, Map.of()).expect(201);
    String unknown = Names.fresh();
    List<String> usernames =
        List.of(first, second, unknown, first.toUpperCase(Locale.ROOT), "no name!");

    Answer dry = batch(Map.of("usernames", usernames, "dryRun", true)).expect(200);
    assertThat(results(dry))
        .containsExactly("WOULD_BAN", "ALREADY_BANNED", "UNKNOWN", "DUPLICATE", "UNKNOWN");
    assertThat(dry.json().has("batchId")).isFalse();
    players.login(first).expect(200);

    Answer done = batch(Map.of("usernames", usernames)).expect(200);
    String batchId = done.text("/batchId");
    assertThat(results(done))
        .containsExactly("BANNED", "ALREADY_BANNED", "UNKNOWN", "DUPLICATE", "UNKNOWN");
    assertThat(done.json().at("/counts/UNKNOWN").intValue()).isEqualTo(2);
    assertThat(players.login(first).expectProblem(403, "ACCOUNT_BANNED").text("/reasonCode"))
        .isEqualTo("CHEATING");
    assertThat(server.introspect(firstLogin.text("/accessToken")).text("/reason"))
        .isEqualTo("BANNED");
    assertThat(
            operator
                .get("/admin/v1/accounts/" + firstLogin.text("/account/userId") + "/audit")
                .body())
        .contains("BAN_BATCH", "INTENDED", "DONE", batchId);
    assertThat(results(repeat(batchId).expect(200))).isEqualTo(results(done));
    assertThat(bansOf(firstLogin.text("/account/userId"))).isEqualTo(1);

    Answer undone = undo(batchId).expect(200);
    assertThat(results(undone))
        .containsExactly("LIFTED", "NOT_BANNED", "NOT_BANNED", "NOT_BANNED", "NOT_BANNED");
    players.login(first).expect(200);
    players.login(second).expectProblem(403, "ACCOUNT_BANNED"); // was not the batch's doing
    assertThat(results(undo(batchId).expect(200))).startsWith("LIFTED_BEFORE");
    repeat(batchId).expectProblem(409, "BAN_BATCH_UNDONE");
    assertThat(operator.get("/admin/v1/ban-batches/" + batchId).expect(200).text("/undoneBy"))
        .isEqualTo("admin");
    assertThat(operator.get("/admin/v1/ban-batches").expect(200).body()).contains(batchId);
    operator.get("/admin/v1/ban-batches/bb_nothing").expectProblem(404, "BAN_BATCH_NOT_FOUND");
  }

  @Test
  void undoingLeavesWhatSomebodyLiftedOrBannedAfterwards() {
    String lifted = players.register(Names.fresh()).expect(201).text("/account/userId");
    String bannedAgain = players.register(Names.fresh()).expect(201).text("/account/userId");
    Answer done = batch(Map.of("userIds", List.of(lifted, bannedAgain))).expect(200);
    operator.post("/admin/v1/bans/" + done.text("/items/0/banId") + ":lift", Map.of()).expect(200);
    ban(bannedAgain, Map.of()).expect(201);

    assertThat(results(undo(done.text("/batchId")).expect(200)))
        .containsExactly("LIFTED_BEFORE", "LIFTED");
    assertThat(
            operator
                .get("/admin/v1/accounts/" + bannedAgain)
                .json()
                .at("/activeBan/batchId")
                .isMissingNode())
        .isTrue();
    assertThat(operator.get("/admin/v1/accounts/" + bannedAgain).json().has("activeBan")).isTrue();
  }

  @Test
  void aLongerBanIsAddedToAShorterOne() {
    String userId = players.register(Names.fresh()).expect(201).text("/account/userId");
    ban(userId, Map.of("until", Instant.now().plusSeconds(600).toString())).expect(201);

    assertThat(results(batch(Map.of("userIds", List.of(userId))))).containsExactly("BANNED");
    assertThat(operator.get("/admin/v1/accounts/" + userId).json().at("/activeBan").has("until"))
        .isFalse();
  }

  @Test
  void aShardThatIsAwayCostsItsOwnAccountsAndTheBatchIsRepeated() {
    String unluckyName = Names.in(ALONE::equals);
    String unlucky = players.register(unluckyName).expect(201).text("/account/userId");
    String lucky =
        players.register(Names.in(s -> !s.equals(ALONE))).expect(201).text("/account/userId");
    alone.kill9();
    Eventually.holds(
        "the shard is known to be away",
        Duration.ofSeconds(20),
        () -> players.login(unluckyName).status() == 503);

    Answer some = batch(Map.of("userIds", List.of(unlucky, lucky))).expect(200);
    Answer byName = batch(Map.of("usernames", List.of(unluckyName))).expect(200);
    assertThat(results(some)).containsExactly("SHARD_UNAVAILABLE", "BANNED");
    assertThat(results(byName)).containsExactly("SHARD_UNAVAILABLE");
    assertThat(results(undo(byName.text("/batchId")))).containsExactly("NOT_BANNED");

    alone.restart();
    Eventually.holds(
        "the shard is back",
        Duration.ofSeconds(60),
        () -> players.login(unluckyName).status() == 200);
    Answer all = repeat(some.text("/batchId")).expect(200);
    assertThat(results(all)).containsExactly("BANNED", "BANNED");
    assertThat(bansOf(lucky)).isEqualTo(1);
    assertThat(bansOf(unlucky)).isEqualTo(1);
    players.login(unluckyName).expectProblem(403, "ACCOUNT_BANNED");
  }

  @Test
  void aShardThatCannotWriteCostsItsOwnAccountsAndTheBatchIsRepeated() throws SQLException {
    String unlucky = players.register(Names.in(ALONE::equals)).expect(201).text("/account/userId");
    String lucky =
        players.register(Names.in(s -> !s.equals(ALONE))).expect(201).text("/account/userId");
    Answer some;
    try (var _ = OnlyReading.of(alone)) {
      some = batch(Map.of("userIds", List.of(unlucky, lucky))).expect(200);
      assertThat(results(some)).containsExactly("SHARD_UNAVAILABLE", "BANNED");
    }
    Answer all = repeat(some.text("/batchId")).expect(200);
    assertThat(results(all)).containsExactly("BANNED", "BANNED");
    assertThat(bansOf(unlucky)).isEqualTo(1);
  }

  @Test
  void aBanThatCannotKickHoldsUpNoOther() throws SQLException {
    String unlucky = players.register(Names.in(ALONE::equals)).expect(201).text("/account/userId");
    String lucky =
        players
            .register(Names.in(shard -> shard.number() > ALONE.number())) // looked at after it
            .expect(201)
            .text("/account/userId");
    Instant from = Instant.now().plusSeconds(8);
    ban(unlucky, Map.of("from", from.toString())).expect(201);
    ban(lucky, Map.of("from", from.toString())).expect(201);
    try (var _ = OnlyReading.of(alone)) {
      Eventually.holds("the other is kicked", Duration.ofSeconds(30), () -> isKicked(lucky));
      assertThat(isKicked(unlucky)).isFalse();
    }
    Eventually.holds(
        "he is kicked as soon as that can be", Duration.ofSeconds(15), () -> isKicked(unlucky));
  }

  private static boolean isKicked(String userId) {
    return operator
        .get("/admin/v1/accounts/" + userId + "/sessions")
        .json()
        .at("/sessions/0")
        .has("endReason");
  }

  @Test
  void whatTwoOperatorsWantIsTriedAgainWhileAShardCannotWriteForADay() throws SQLException {
    String unlucky = Names.in(ALONE::equals);
    String userId = players.register(unlucky).expect(201).text("/account/userId");
    List<String> names = new ArrayList<>(List.of(unlucky));
    for (int i = 0; i < 50; i++) {
      names.add("nobody" + i);
    }
    Client other = otherOperator();
    Map<String, Object> terms = terms(Map.of("usernames", names));
    String waits = other.post("/admin/v1/bans:batch", terms).expect(202).text("/approvalId");
    String tooLate = other.post("/admin/v1/bans:batch", terms).expect(202).text("/approvalId");
    Map<String, String> reason = Map.of("reason", "ticket 4711");
    try (var _ = OnlyReading.of(alone)) {
      for (String id : List.of(waits, tooLate)) {
        String path = "/admin/v1/approvals/" + id + ":approve";
        assertThat(operator.post(path, reason).expect(200).text("/state")).isEqualTo("APPROVED");
      }
      expire(tooLate);
      Eventually.holds(
          "its day is over",
          Duration.ofSeconds(40),
          () -> approval(tooLate).text("/state").equals("FAILED"));
      assertThat(approval(tooLate).text("/result"))
          .isEqualTo(
              "not all of it could be done within a day; bb_%s: {UNKNOWN=50, SHARD_UNAVAILABLE=1}"
                  .formatted(tooLate));
      assertThat(approval(waits).text("/state")).isEqualTo("APPROVED");
    }
    Eventually.holds(
        "the other is done",
        Duration.ofSeconds(40),
        () -> approval(waits).text("/state").equals("EXECUTED"));
    assertThat(approval(waits).text("/result")).contains("BANNED=1");
    assertThat(bansOf(userId)).isEqualTo(1);
    List<String> recorded = new ArrayList<>();
    operator
        .get("/admin/v1/accounts/" + userId + "/audit")
        .expect(200)
        .json()
        .at("/entries")
        .forEach(
            entry -> {
              if (entry.at("/detail").stringValue("").contains(waits)) {
                recorded.add(entry.at("/outcome").stringValue());
              }
            });
    assertThat(recorded).containsExactlyInAnyOrder("INTENDED", "SHARD_UNAVAILABLE", "DONE");
    assertThat(results(repeat("bb_" + tooLate))).startsWith("BANNED", "UNKNOWN");
  }

  private static Answer approval(String id) {
    return operator.get("/admin/v1/approvals/" + id).expect(200);
  }

  private static Client otherOperator() {
    Map<String, Object> who = Map.of("name", "asks-for-bans", "password", "a good long passphrase");
    Map<String, Object> what = new HashMap<>(who);
    what.put("groups", List.of("operators"));
    operator.post("/admin/v1/operators", what).expect(201);
    return service
        .inside()
        .bearer(service.inside().post("/admin/v1/sessions", who).expect(201).text("/token"));
  }

  private static void expire(String approvalId) throws SQLException {
    try (Connection connection = service.bean(ShardPools.class).admin().getConnection();
        Statement statement = connection.createStatement()) {
      assertThat(
              statement.executeUpdate(
                  "UPDATE approval SET expires_at = UTC_TIMESTAMP(3) - INTERVAL 25 HOUR"
                      + " WHERE approval_id = '%s'".formatted(approvalId)))
          .isEqualTo(1);
    }
  }

  @Test
  void batchesHaveBounds() {
    batch(Map.of()).expectProblem(400, "VALIDATION_FAILED");
    batch(Map.of("userIds", List.of("4096"), "usernames", List.of("abc")))
        .expectProblem(400, "VALIDATION_FAILED");
    List<String> many = new ArrayList<>();
    for (int i = 0; i < 1001; i++) {
      many.add("name" + i);
    }
    batch(Map.of("usernames", many)).expectProblem(400, "VALIDATION_FAILED");
  }

  private static Answer ban(String userId, Map<String, Object> more) {
    Map<String, Object> body = terms(more);
    body.put("userId", userId);
    return operator.post("/admin/v1/bans", body);
  }

  private static Answer batch(Map<String, Object> more) {
    return operator.post("/admin/v1/bans:batch", terms(more));
  }

  private static Map<String, Object> terms(Map<String, Object> more) {
    Map<String, Object> body = new HashMap<>(more);
    body.put("reasonCode", "CHEATING");
    body.put("message", "You cheated.");
    return body;
  }

  private static Answer repeat(String batchId) {
    return operator.post("/admin/v1/ban-batches/" + batchId + ":repeat", Map.of());
  }

  private static Answer undo(String batchId) {
    return operator.post("/admin/v1/ban-batches/" + batchId + ":undo", Map.of());
  }

  private static int bansOf(String userId) {
    return operator.get("/admin/v1/accounts/" + userId + "/bans").json().at("/bans").size();
  }

  private static List<String> results(Answer answer) {
    List<String> results = new ArrayList<>();
    answer
        .expect(200)
        .json()
        .at("/items")
        .forEach(item -> results.add(item.at("/result").stringValue()));
    return results;
  }
}
