package io.usercenter.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.id.UserId;
import io.usercenter.testkit.Backends;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Every way into an account, at two instances of the service over the same databases. */
class IdentityTest {
  private static final AtomicInteger COUNT = new AtomicInteger();
  private static final String[] SETTINGS = {
    "usercenter.channels.simulator.enabled=true",
    "usercenter.identities.name-grace=3s",
    "usercenter.identities.patience=2s",
    "usercenter.identities.sweep-interval=200ms",
    "usercenter.names.rename-interval=0s"
  };
  private static Usercenter one;
  private static Usercenter two;
  private static Client players;

  @BeforeAll
  static void start() {
    one = Usercenter.start(Backends.mysql(), Backends.redis(), SETTINGS);
    two = Usercenter.start(Backends.mysql(), Backends.redis(), SETTINGS);
    players = one.players();
  }

  @AfterAll
  static void stop() {
    two.close();
    one.close();
  }

  private static String freshDevice() {
    return "a device drawn at random " + COUNT.incrementAndGet();
  }

  private static String freshSubject() {
    return "subject" + COUNT.incrementAndGet();
  }

  private static Answer guest(Client where, String deviceId) {
    return where.post("/v1/sessions", Map.of("grant", "device", "deviceId", deviceId));
  }

  private static Answer byChannel(Client where, String subject) {
    return where.post(
        "/v1/sessions",
        Map.of("grant", "channel", "channel", "simulator", "code", "ok:" + subject + ":Ayla"));
  }

  private static Client as(Usercenter where, Answer login) {
    return where.players().bearer(login.text("/accessToken"));
  }

  private static Answer link(Client player, String subject) {
    return player.post(
        "/v1/accounts/me/identities", Map.of("channel", "simulator", "code", "ok:" + subject));
  }

  @Test
  void aGuestComesBackToHisAccountAndItIsOneTransactionInOneShard() {
    String device = freshDevice();
    Answer first = guest(players, device).expect(200);
    assertThat(first.shards()).isEqualTo(1);
    UserId user = UserId.parse(first.text("/account/userId"));
    assertThat(first.text("/account/username")).startsWith("guest-");
    assertThat(Names.shardOf(first.text("/account/username"))).isEqualTo(user.shard());
    Answer again = guest(two.players(), device).expect(200);
    assertThat(again.text("/account/userId")).isEqualTo(user.toString());
    assertThat(again.shards()).isEqualTo(1);
    assertThat(guest(players, freshDevice()).expect(200).text("/account/userId"))
        .isNotEqualTo(user.toString());
    players.login(first.text("/account/username")).expectProblem(401, "WRONG_NAME_OR_PASSWORD");
  }

  @Test
  void ofManyFirstLoginsOfOneDeviceOneMakesTheAccount() throws Exception {
    String device = freshDevice();
    List<Answer> answers = Parallel.run(16, i -> guest((i % 2 == 0 ? one : two).players(), device));
    assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isIn(200, 409));
    answers.stream()
        .filter(a -> a.status() == 409)
        .forEach(a -> a.expectProblem(409, "IDENTITY_BUSY"));
    assertThat(answers.stream().filter(a -> a.status() == 200).map(a -> a.text("/account/userId")))
        .isNotEmpty()
        .containsOnly(guest(players, device).expect(200).text("/account/userId"));
  }

  @Test
  void aDeviceIdThatCouldBeGuessedIsNotTaken() {
    guest(players, "short").expectProblem(400, "VALIDATION_FAILED");
    players.post("/v1/sessions", Map.of("grant", "device")).expectProblem(400, "VALIDATION_FAILED");
    players
        .post("/v1/sessions", Map.of("grant", "password", "username", "x"))
        .expectProblem(400, "VALIDATION_FAILED");
  }

  @Test
  void aChannelVouchesOrDoesNot() {
    String subject = freshSubject();
    Answer login = byChannel(players, subject).expect(200);
    assertThat(login.text("/account/displayName")).isEqualTo("Ayla");
    assertThat(login.text("/account/channel")).isEqualTo("simulator");
    assertThat(byChannel(two.players(), subject).text("/account/userId"))
        .isEqualTo(login.text("/account/userId"));
    Map<String, String> refused =
        Map.of("grant", "channel", "channel", "simulator", "code", "somebody else");
    players.post("/v1/sessions", refused).expectProblem(401, "CHANNEL_REFUSED");
    Map<String, String> down = Map.of("grant", "channel", "channel", "simulator", "code", "down");
    Answer away = players.post("/v1/sessions", down).expectProblem(503, "CHANNEL_UNAVAILABLE");
    assertThat(away.header("Retry-After")).isEqualTo("1");
    Map<String, String> unknown = Map.of("grant", "channel", "channel", "nowhere", "code", "x");
    players.post("/v1/sessions", unknown).expectProblem(400, "CHANNEL_NOT_OFFERED");
  }

  @Test
  void whatAnotherAccountHasIsShownAndNeverOverwritten() {
    String subject = freshSubject();
    Answer owner = byChannel(players, subject).expect(200);
    Client other = as(one, guest(players, freshDevice()).expect(200));
    Answer conflict = link(other, subject).expectProblem(409, "IDENTITY_TAKEN");
    assertThat(conflict.text("/displayName")).isEqualTo("Ayla");
    assertThat(byChannel(players, subject).text("/account/userId"))
        .isEqualTo(owner.text("/account/userId"));
  }

  @Test
  void twoGuestsWhoClaimOneChannelPlayerAtOnceOneWins() throws Exception {
    for (int round = 0; round < 10; round++) {
      String subject = freshSubject();
      List<Client> guests =
          List.of(
              as(one, guest(players, freshDevice()).expect(200)),
              as(two, guest(players, freshDevice()).expect(200)));
      List<Answer> answers = Parallel.run(2, i -> link(guests.get(i), subject));
      assertThat(answers.stream().filter(a -> a.status() == 201)).hasSize(1);
      answers.stream()
          .filter(a -> a.status() != 201)
          .forEach(a -> assertThat(a.text("/code")).isIn("IDENTITY_TAKEN", "IDENTITY_BUSY"));
      Client loser = guests.get(answers.get(0).status() == 201 ? 1 : 0);
      link(loser, subject).expectProblem(409, "IDENTITY_TAKEN");
    }
  }

  @Test
  void theLastWayInStaysAndAnyOtherGoes() {
    Client player = as(one, guest(players, freshDevice()).expect(200));
    String device = player.get("/v1/accounts/me/identities").expect(200).text("/identities/0/id");
    player.delete("/v1/accounts/me/identities/" + device).expectProblem(409, "LAST_IDENTITY");
    String subject = freshSubject();
    String channel = link(player, subject).expect(201).text("/id");
    assertThat(link(player, subject).expect(201).text("/id")).as("again").isEqualTo(channel);
    player.delete("/v1/accounts/me/identities/" + device).expect(204);
    player.delete("/v1/accounts/me/identities/" + device).expectProblem(404, "IDENTITY_NOT_FOUND");
    assertThat(byChannel(players, subject).expect(200).text("/account/userId"))
        .isEqualTo(player.get("/v1/accounts/me").text("/userId"));
  }

  @Test
  void whoTookAnIdentityAwayStartsAnewWithIt() {
    String device = freshDevice();
    Answer login = guest(players, device).expect(200);
    Client player = as(one, login);
    link(player, freshSubject()).expect(201);
    Answer list = player.get("/v1/accounts/me/identities").expect(200);
    assertThat(list.json().at("/byName").booleanValue()).isFalse();
    assertThat(list.text("/identities/0/provider")).isEqualTo("device");
    player.delete("/v1/accounts/me/identities/" + list.text("/identities/0/id")).expect(204);
    assertThat(guest(players, device).expect(200).text("/account/userId"))
        .isNotEqualTo(login.text("/account/userId"));
  }

  @Test
  void aGuestBecomesAPlayerWithNameAndPasswordAndKeepsHisId() {
    String device = freshDevice();
    Answer guest = guest(players, device).expect(200);
    Client player = as(one, guest);
    String name = Names.fresh();
    Map<String, String> wish = Map.of("username", name, "password", Client.PASSWORD);
    Answer upgraded = player.post("/v1/accounts/me:upgradeGuest", wish).expect(200);
    assertThat(upgraded.text("/userId")).isEqualTo(guest.text("/account/userId"));
    assertThat(upgraded.text("/username")).isEqualTo(name);
    Answer login = two.players().login(name).expect(200);
    assertThat(login.text("/account/userId")).isEqualTo(guest.text("/account/userId"));
    assertThat(login.text("/account/username")).isEqualTo(name);
    assertThat(guest(players, device).expect(200).text("/account/userId"))
        .as("the device is still a way in")
        .isEqualTo(guest.text("/account/userId"));
    player.post("/v1/accounts/me:upgradeGuest", wish).expectProblem(409, "NOT_A_GUEST");
    players.register(name).expectProblem(409, "USERNAME_TAKEN");
  }

  @Test
  void aRenamedPlayerKeepsHisIdAndItsOldNameComesFreeLater() {
    String first = Names.fresh();
    Answer registered = players.register(first).expect(201);
    UserId user = UserId.parse(registered.text("/account/userId"));
    Client player = as(one, registered);
    String second = Names.in(shard -> !shard.equals(user.shard()));
    assertThat(rename(player, second).expect(200).text("/username")).isEqualTo(second);
    assertThat(two.players().login(second).expect(200).text("/account/userId"))
        .isEqualTo(user.toString());
    players.login(first).expectProblem(401, "WRONG_NAME_OR_PASSWORD");
    players.register(first).expectProblem(409, "USERNAME_TAKEN");
    players.register(second).expectProblem(409, "USERNAME_TAKEN");
    assertThat(isAvailable(first)).isFalse();
    assertThat(isAvailable(second)).isFalse();
    Client stranger = as(two, guest(players, freshDevice()).expect(200));
    rename(stranger, second).expectProblem(409, "USERNAME_TAKEN");
    Eventually.holds(
        "a stranger gets the first name",
        Duration.ofSeconds(20),
        () -> rename(stranger, first).status() == 200);
    assertThat(two.players().login(second).expect(200).text("/account/userId"))
        .isEqualTo(user.toString());
    rename(player, first).expectProblem(409, "USERNAME_TAKEN");
  }

  @Test
  void whoRegretsANameGoesBackToHisFirstOne() {
    String first = Names.fresh();
    Client player = as(one, players.register(first).expect(201));
    String second = Names.fresh();
    rename(player, second).expect(200);
    assertThat(rename(player, first).expect(200).text("/username")).isEqualTo(first);
    players.login(first).expect(200);
    players.login(second).expectProblem(401, "WRONG_NAME_OR_PASSWORD");
    players.register(second).expectProblem(409, "USERNAME_TAKEN");
    Eventually.holds(
        "somebody else gets it",
        Duration.ofSeconds(20),
        () -> players.register(second).status() == 201);
    players.login(first).expect(200);
  }

  private static Answer rename(Client player, String name) {
    return player.post("/v1/accounts/me:rename", Map.of("username", name));
  }

  private static boolean isAvailable(String name) {
    return players.get("/v1/accounts:checkName?name=" + name).json().at("/available").asBoolean();
  }

  @Test
  void registrationsAndRenamesToOneNameAtOnceOneGetsIt() throws Exception {
    for (int round = 0; round < 10; round++) {
      String name = Names.fresh();
      List<Client> renaming =
          List.of(
              as(one, players.register(Names.fresh()).expect(201)),
              as(two, players.register(Names.fresh()).expect(201)));
      List<Answer> answers =
          Parallel.run(
              6,
              i ->
                  i < 2
                      ? rename(renaming.get(i), name)
                      : (i % 2 == 0 ? one : two).players().register(name));
      assertThat(answers.stream().filter(a -> a.status() / 100 == 2))
          .as("%s", answers.stream().map(Answer::body).toList())
          .hasSize(1);
      players.login(name).expect(200);
    }
  }

  @Test
  void aChangeThatWasInterruptedIsSettled() throws SQLException {
    String subject = freshSubject();
    Answer dead = guest(players, freshDevice()).expect(200);
    reserve("simulator:" + subject, UserId.parse(dead.text("/account/userId")));
    byChannel(players, subject).expectProblem(409, "IDENTITY_BUSY");
    Eventually.holds(
        "it is free again",
        Duration.ofSeconds(20),
        () -> byChannel(players, subject).status() == 200);
  }

  /** As an instance leaves it that died after the first step. */
  private static void reserve(String key, UserId owner) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(
                "jdbc:mysql://" + Backends.mysql().address() + "/?useSSL=false&user=root");
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO usercenter_"
                    + one.bean(io.usercenter.shard.Shards.class).ofIdentity(key)
                    + ".identity (identity_key, owner_id, state, fence, until)"
                    + " VALUES (?, ?, 'RESERVED', 0, UTC_TIMESTAMP(3) + INTERVAL 2 SECOND)")) {
      insert.setString(1, key);
      insert.setLong(2, owner.value());
      insert.executeUpdate();
    }
  }
}
