package io.usercenter.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.testkit.Backends;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Sending requests again with the same Idempotency-Key, to two instances, one after the other and
 * all at once.
 */
class IdempotencyTest {
  private static final AtomicInteger COUNT = new AtomicInteger();
  private static final String[] SETTINGS = {
    "usercenter.channels.simulator.enabled=true",
    "usercenter.http.trusted-proxies=127.0.0.0/8",
    "usercenter.names.rename-interval=0s"
  };

  private static Usercenter one;
  private static Usercenter two;

  @BeforeAll
  static void start() {
    one = Usercenter.start(Backends.mysql(), Backends.redis(), SETTINGS);
    two = Usercenter.start(Backends.mysql(), Backends.redis(), SETTINGS);
  }

  @AfterAll
  static void stop() {
    two.close();
    one.close();
  }

  private static String freshKey() {
    return "8e03978e-40d5-43dd-bc93-6894a57f9" + (100 + COUNT.incrementAndGet());
  }

  private static Answer register(String key, String username, String password) {
    return register(one.players(), key, username, password);
  }

  private static Answer register(Client players, String key, String username, String password) {
    return players
        .with("Idempotency-Key", key)
        .post("/v1/accounts", Map.of("username", username, "password", password));
  }

  @Test
  void theSameRegistrationGetsTheSameAnswerEverywhereInOneShard() {
    String key = freshKey();
    String name = Names.fresh();
    Answer first = register(key, name, Client.PASSWORD).expect(201);
    assertThat(first.shards()).isEqualTo(1);
    Answer quoted = register("\"" + key + "\"", name, Client.PASSWORD).expect(201);
    Answer there = register(two.players(), key, name, Client.PASSWORD).expect(201);
    // A phone that left the house is in another network.
    Client elsewhere = two.players().with("X-Forwarded-For", "198.51.100.9");
    Answer later = register(elsewhere, key, name, Client.PASSWORD).expect(201);

    for (Answer again : List.of(quoted, there, later)) {
      assertThat(again.body()).isEqualTo(first.body());
      assertThat(again.shards()).isEqualTo(1);
      assertThat(again.header("Content-Type")).isEqualTo(first.header("Content-Type"));
    }
    one.players().refresh(later.text("/refreshToken")).expect(200);
  }

  @Test
  void anotherRequestWithTheSameKeyIsRefused() {
    String key = freshKey();
    String name = Names.fresh();
    register(key, name, Client.PASSWORD).expect(201);
    register(key, name, "another long password 77").expectProblem(422, "IDEMPOTENCY_KEY_REUSED");
    register(two.players(), key, Names.fresh(), Client.PASSWORD)
        .expectProblem(422, "IDEMPOTENCY_KEY_REUSED");
    register(key, name, Client.PASSWORD).expect(201);
  }

  @Test
  void aStrangerElsewhereMayHaveTheSameKey() {
    String key = freshKey();
    String name = Names.fresh();
    Answer first = register(key, name, Client.PASSWORD).expect(201);
    Client stranger = one.players().with("X-Forwarded-For", "203.0.113.5");
    Answer other = register(stranger, key, Names.fresh(), Client.PASSWORD).expect(201);
    assertThat(other.text("/account/userId")).isNotEqualTo(first.text("/account/userId"));
  }

  @Test
  void whoKnowsTheKeyCannotTryPasswordsWithIt() {
    String key = freshKey();
    String name = Names.fresh();
    register(key, name, Client.PASSWORD).expect(201);
    Client stranger = one.players().with("X-Forwarded-For", "203.0.113.6");
    for (int i = 0; i < 10; i++) {
      register(stranger, key, name, "a wrong password " + i)
          .expectProblem(422, "IDEMPOTENCY_KEY_REUSED");
    }
    register(stranger, key, name, Client.PASSWORD).expectProblem(422, "IDEMPOTENCY_KEY_REUSED");
  }

  @Test
  void aRefusalIsNotKept() {
    String key = freshKey();
    String name = Names.fresh();
    one.players().register(name).expect(201);
    register(key, name, Client.PASSWORD).expectProblem(409, "USERNAME_TAKEN");
    register(key, name, "another long password 77").expectProblem(409, "USERNAME_TAKEN");
    register(key, Names.fresh(), Client.PASSWORD).expect(201);
  }

  @Test
  void ofTwentyAtOnceOneRegistersAndAllGetItsAnswer() throws Exception {
    String key = freshKey();
    String name = Names.fresh();
    expectOneEffect(instance -> register(instance.players(), key, name, Client.PASSWORD), 201);
  }

  @Test
  void ofTwentyNewGuestsAtOnceOneIsMade() throws Exception {
    String key = freshKey();
    Map<String, String> body =
        Map.of("grant", "device", "deviceId", "a device drawn at random " + key);
    expectOneEffect(
        instance -> instance.players().with("Idempotency-Key", key).post("/v1/sessions", body),
        200);
  }

  private interface Sending {
    Answer to(Usercenter instance);
  }

  private static void expectOneEffect(Sending request, int status) throws Exception {
    List<Answer> answers = Parallel.run(20, i -> request.to(i % 2 == 0 ? one : two));
    assertThat(answers).anySatisfy(answer -> answer.expect(status));
    for (Answer answer : answers) {
      if (answer.status() != status) {
        answer.expectProblem(409, "IDEMPOTENCY_IN_FLIGHT");
        assertThat(answer.header("Retry-After")).isEqualTo("1");
      }
    }
    String kept = request.to(one).expect(status).body();
    assertThat(answers)
        .filteredOn(answer -> answer.status() == status)
        .allSatisfy(answer -> assertThat(answer.body()).isEqualTo(kept));
  }

  @Test
  void aCodeOfAChannelThatIsUsedUpStillGetsItsAnswer() {
    String key = freshKey();
    Client player = one.players().with("Idempotency-Key", key);
    Map<String, String> body =
        Map.of("grant", "channel", "channel", "simulator", "code", "ok:" + key + ":Ayla");
    Answer first = player.post("/v1/sessions", body).expect(200);
    assertThat(player.post("/v1/sessions", body).expect(200).body()).isEqualTo(first.body());
    Answer other =
        player.post(
            "/v1/sessions",
            Map.of("grant", "channel", "channel", "simulator", "code", "ok:" + key + "x"));
    other.expectProblem(422, "IDEMPOTENCY_KEY_REUSED");
    // Without the key it is another login.
    assertThat(one.players().post("/v1/sessions", body).expect(200).body())
        .isNotEqualTo(first.body());
  }

  @Test
  void whatAPlayerDoesIsDoneOnce() {
    Answer guest =
        one.players()
            .post(
                "/v1/sessions",
                Map.of("grant", "device", "deviceId", "a device drawn at random " + freshKey()))
            .expect(200);
    Client player = one.players().bearer(guest.text("/accessToken"));
    String name = Names.fresh();

    Answer upgraded =
        twice(
            player,
            "/v1/accounts/me:upgradeGuest",
            Map.of("username", name, "password", Client.PASSWORD),
            200);
    assertThat(upgraded.text("/username")).isEqualTo(name);
    twice(
        player,
        "/v1/accounts/me/identities",
        Map.of("channel", "simulator", "code", "ok:" + freshKey()),
        201);
    twice(player, "/v1/accounts/me:rename", Map.of("username", Names.fresh()), 200);
  }

  private static Answer twice(Client player, String path, Object body, int status) {
    Client withKey = player.with("Idempotency-Key", freshKey());
    Answer first = withKey.post(path, body).expect(status);
    Answer again = withKey.post(path, body).expect(status);
    assertThat(again.body()).isEqualTo(first.body());
    assertThat(again.header("Content-Type")).isEqualTo(first.header("Content-Type"));
    return again;
  }

  @Test
  void aChangedPasswordIsAnsweredAgainToTheTokenThatChangedIt() throws SQLException {
    String name = Names.fresh();
    Answer login = one.players().register(name).expect(201);
    one.players().login(name).expect(200);
    String key = freshKey();
    Client player = one.players().bearer(login.text("/accessToken")).with("Idempotency-Key", key);
    Map<String, String> body =
        Map.of("currentPassword", Client.PASSWORD, "newPassword", "another long password 77");
    Answer changed = player.post("/v1/accounts/me:changePassword", body).expect(200);
    assertThat(changed.json().at("/endedSessions").intValue()).isEqualTo(1);

    Client goesOn = one.players().bearer(changed.text("/accessToken")).with("Idempotency-Key", key);
    assertThat(goesOn.post("/v1/accounts/me:changePassword", body).expect(200).body())
        .isEqualTo(changed.body());
    goesOn
        .post("/v1/accounts/me:rename", Map.of("username", Names.fresh()))
        .expectProblem(422, "IDEMPOTENCY_KEY_REUSED");

    assertThat(stored(Names.shardOf(name).toString()))
        .isNotEmpty()
        .allSatisfy(
            row ->
                assertThat(row)
                    .doesNotContain(changed.text("/refreshToken"))
                    .doesNotContain("refreshToken"));
  }

  private static List<String> stored(String shard) throws SQLException {
    List<String> answers = new ArrayList<>();
    try (Connection connection =
            DriverManager.getConnection(
                "jdbc:mysql://" + Backends.mysql().address() + "/usercenter_" + shard, "root", "");
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT CONVERT(answer USING latin1) FROM idempotency WHERE answer IS NOT NULL");
        ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        answers.add(rows.getString(1));
      }
    }
    return answers;
  }

  @Test
  void aKeyOfOnePlayerIsNothingToAnother() {
    String key = freshKey();
    Supplier<Answer> rename =
        () ->
            one.players()
                .bearer(one.players().register(Names.fresh()).expect(201).text("/accessToken"))
                .with("Idempotency-Key", key)
                .post("/v1/accounts/me:rename", Map.of("username", Names.fresh()));
    String first = rename.get().expect(200).text("/userId");
    assertThat(rename.get().expect(200).text("/userId")).isNotEqualTo(first);
  }

  @Test
  void keysHaveAForm() {
    for (String key : List.of("two words", "a".repeat(129), "\"", "a\\b", "\"\"")) {
      register(key, Names.fresh(), Client.PASSWORD).expectProblem(400, "IDEMPOTENCY_KEY_INVALID");
    }
    register("a".repeat(128 - 36) + freshKey(), Names.fresh(), Client.PASSWORD).expect(201);
  }
}
