package io.usercenter.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.testkit.Backends;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What operators send again with the same Idempotency-Key is done once. */
class OperatorIdempotencyTest {
  private static final AtomicInteger COUNT = new AtomicInteger();

  private static Usercenter service;
  private static Client operator;

  @BeforeAll
  static void start() {
    service = Usercenter.start(Backends.mysql(), Backends.redis());
    operator = service.operator();
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  private static Client withKey(Client client) {
    return client.with("Idempotency-Key", "c1a0b9f2-operators-" + COUNT.incrementAndGet());
  }

  private static Map<String, Object> ban(String userId) {
    return Map.of("userId", userId, "reasonCode", "CHEATING", "message", "You cheated.");
  }

  private static Answer twice(String path, Object body, int status) {
    Client keyed = withKey(operator);
    Answer first = keyed.post(path, body).expect(status);
    assertThat(keyed.post(path, body).expect(status).body()).isEqualTo(first.body());
    return first;
  }

  private static int bansOf(UserId user) {
    return operator
        .get("/admin/v1/accounts/" + user + "/bans")
        .expect(200)
        .json()
        .at("/bans")
        .size();
  }

  @Test
  void ofTwentyBansAtOnceOneIsMadeAndAllGetIt() throws Exception {
    UserId user = service.registered(Names.fresh());
    Client keyed = withKey(operator);
    List<Answer> answers =
        Parallel.run(20, i -> keyed.post("/admin/v1/bans", ban(user.toString())));
    String kept = keyed.post("/admin/v1/bans", ban(user.toString())).expect(201).body();
    for (Answer answer : answers) {
      if (answer.status() == 201) {
        assertThat(answer.body()).isEqualTo(kept);
      } else {
        answer.expectProblem(409, "IDEMPOTENCY_IN_FLIGHT");
      }
    }
    assertThat(bansOf(user)).isEqualTo(1);
    operator.post("/admin/v1/bans", ban(user.toString())).expect(201);
    assertThat(bansOf(user)).isEqualTo(2);
  }

  @Test
  void theKeyOfABanIsNoKeyForAnother() {
    Shard here = new Shard(3);
    String one = service.registered(Names.in(here::equals)).toString();
    String beside = service.registered(Names.in(here::equals)).toString();
    String elsewhere = service.registered(Names.in(shard -> !shard.equals(here))).toString();
    Client keyed = withKey(operator);
    keyed.post("/admin/v1/bans", ban(one)).expect(201);
    for (String other : List.of(beside, elsewhere)) {
      keyed.post("/admin/v1/bans", ban(other)).expectProblem(422, "IDEMPOTENCY_KEY_REUSED");
      assertThat(bansOf(UserId.parse(other))).isZero();
    }
    keyed
        .post("/admin/v1/accounts/" + one + ":forceLogout", Map.of("reason", "cheating"))
        .expectProblem(422, "IDEMPOTENCY_KEY_REUSED");
  }

  @Test
  void aRefusedBanMayBeSentAgain() {
    Client keyed = withKey(operator);
    keyed.post("/admin/v1/bans", ban("7077888")).expectProblem(404, "ACCOUNT_NOT_FOUND");
    keyed.post("/admin/v1/bans", ban(service.registered(Names.fresh()).toString())).expect(201);
  }

  @Test
  void liftingAndLoggingOutAreAnsweredAgain() {
    String name = Names.fresh();
    UserId user = service.registered(name);
    Answer ban = twice("/admin/v1/bans", ban(user.toString()), 201);
    twice("/admin/v1/bans/" + ban.text("/banId") + ":lift", Map.of(), 200);
    service.players().login(name).expect(200);
    Answer out =
        twice("/admin/v1/accounts/" + user + ":forceLogout", Map.of("reason", "cheating"), 200);
    assertThat(out.json().at("/sessionsEnded").intValue()).isEqualTo(1);
  }

  @Test
  void aBatchIsOneBatch() {
    List<String> users =
        List.of(
            service.registered(Names.fresh()).toString(),
            service.registered(Names.fresh()).toString());
    Answer batch =
        twice("/admin/v1/bans:batch", Map.of("userIds", users, "reasonCode", "BOT"), 200);
    assertThat(batch.json().at("/counts/BANNED").intValue()).isEqualTo(2);
    String path = "/admin/v1/ban-batches/" + batch.text("/batchId");
    twice(path + ":repeat", Map.of(), 200);
    Answer undone = twice(path + ":undo", Map.of(), 200);
    assertThat(undone.json().at("/counts/LIFTED").intValue()).isEqualTo(2);
  }

  @Test
  void aCredentialIsMadeOnceAndItsSecretIsToldAgainToWhoeverMadeItOnly() {
    Map<String, Object> body = Map.of("name", "once", "serverIds", List.of("s1"));
    String key = "c1a0b9f2-credential";
    Client keyed = operator.with("Idempotency-Key", key);
    Answer first = keyed.post("/admin/v1/service-credentials", body).expect(201);
    assertThat(keyed.post("/admin/v1/service-credentials", body).expect(201).body())
        .isEqualTo(first.body());

    String name = "op-" + Names.fresh();
    Map<String, Object> newcomer =
        Map.of("name", name, "password", "a good long passphrase", "groups", List.of("operators"));
    twice("/admin/v1/operators", newcomer, 201);
    Answer other =
        service
            .superAdmin("op-" + Names.fresh())
            .with("Idempotency-Key", key)
            .post("/admin/v1/service-credentials", body)
            .expect(201);
    assertThat(other.text("/credentialId")).isNotEqualTo(first.text("/credentialId"));
    assertThat(other.text("/secret")).isNotEqualTo(first.text("/secret"));
  }
}
