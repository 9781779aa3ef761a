package io.usercenter.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.shard.Shards;
import io.usercenter.testkit.Backends;
import io.usercenter.testkit.MySqlServer;
import io.usercenter.testkit.RedisServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What is left of accounts whose time is over, at two instances whose clock is moved ahead by
 * weeks. One shard has a MySQL of its own, which can be taken away.
 */
class AccountErasureTest {
  private static final String ME = "/v1/accounts/me";
  private static final Map<String, String> PROOF = Map.of("currentPassword", Client.PASSWORD);
  private static final Map<String, String> REASON = Map.of("reason", "asked by mail");
  private static final Shard ALONE = new Shard(11);
  private static final AtomicInteger COUNT = new AtomicInteger();

  private static final MovedClock clock = new MovedClock();
  private static MySqlServer most;
  private static MySqlServer alone;
  private static RedisServer redis;
  private static Usercenter one;
  private static Usercenter two;
  private static Client players;

  @BeforeAll
  static void start() {
    most = Backends.newMySql();
    alone = Backends.newMySql();
    redis = Backends.newRedis();
    one = instance();
    two = instance();
    players = one.players();
  }

  @AfterAll
  static void stop() {
    two.close();
    one.close();
    redis.close();
    alone.close();
    most.close();
  }

  private static Usercenter instance() {
    return Usercenter.start(
        clock,
        most.address() + "=0-10," + alone.address() + "=11," + most.address() + "=12-31",
        most.address(),
        redis,
        "usercenter.channels.simulator.enabled=true",
        "usercenter.names.rename-interval=0s",
        "usercenter.deletion.sweep-interval=200ms");
  }

  private static Client as(Usercenter where, Answer login) {
    return where.players().bearer(login.text("/accessToken"));
  }

  private static Answer byDevice(Client where, String device) {
    return where.post("/v1/sessions", Map.of("grant", "device", "deviceId", device));
  }

  private static Answer byChannel(Client where, String subject) {
    return where.post(
        "/v1/sessions",
        Map.of("grant", "channel", "channel", "simulator", "code", "ok:" + subject));
  }

  private static Answer link(Client player, String subject) {
    return player.post(ME + "/identities", Map.of("channel", "simulator", "code", "ok:" + subject));
  }

  private static Answer rename(Client player, String name) {
    return player.post(ME + ":rename", Map.of("username", name));
  }

  /** A word that stands nowhere else. */
  private static String word(String kind) {
    return "zq" + kind + "qz" + COUNT.incrementAndGet() + "x";
  }

  private static void execute(UserId user, String sql) throws SQLException {
    try (Connection connection = connection(user.shard());
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
  }

  private static String status(UserId user) {
    try (Connection connection = connection(user.shard());
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT status FROM user WHERE user_id = " + user)) {
      assertThat(row.next()).as("the id stays").isTrue();
      return row.getString(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Connection connection(Shard shard) throws SQLException {
    MySqlServer server = shard.equals(ALONE) ? alone : most;
    return DriverManager.getConnection(server.jdbcUrl(Shards.database(shard)), "root", "");
  }

  private static void coolingOffPasses(UserId user) {
    clock.ahead(Duration.ofDays(14));
    Eventually.holds(
        "it begins to be erased",
        Duration.ofSeconds(20),
        () -> !status(user).equals("PENDING_DELETION"));
    clock.ahead(Duration.ofMinutes(2));
  }

  private static void isErased(UserId user) {
    Eventually.holds("it is erased", Duration.ofSeconds(30), () -> status(user).equals("ERASED"));
  }

  @Test
  void nothingIsLeftOfAPlayerAndEverythingOfTheOthers() throws SQLException {
    String first = word("first");
    String second = word("second");
    String third = word("third");
    String subject = word("subject") + "@x.test";
    String device = word("device") + " drawn at random";
    String shown = word("shown");
    String nickname = word("nick");
    String about = word("about");
    String character = word("character");
    String message = word("message");
    Answer login =
        players
            .post(
                "/v1/accounts",
                Map.of(
                    "username",
                    first,
                    "password",
                    Client.PASSWORD,
                    "displayName",
                    shown,
                    "device",
                    Map.of("id", device)))
            .expect(201);
    UserId user = UserId.parse(login.text("/account/userId"));
    Client player = as(one, login);
    rename(player, second).expect(200);
    rename(player, third).expect(200);
    link(player, subject).expect(201);
    player
        .patch(
            ME, "{\"nickname\":\"%s\",\"profile\":{\"about\":\"%s\"}}".formatted(nickname, about))
        .expect(200);
    execute(
        user,
        "INSERT INTO role (user_id, server_id, role_id, name, state, revision, updated_at) VALUES ("
            + user
            + ", 's1', '"
            + character
            + "id', '"
            + character
            + "', 'ACTIVE', 1, UTC_TIMESTAMP(3))");
    Shard led = one.bean(Shards.class).ofRole(character + "id");
    try (Connection connection = connection(led);
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(
          "INSERT INTO role_locator (role_id, server_id, user_id, revision) VALUES ('"
              + character
              + "id', 's1', "
              + user
              + ", 1)");
    }
    Answer batch =
        one.operator()
            .post(
                "/admin/v1/bans:batch",
                Map.of(
                    "usernames", List.of(third),
                    "scope", "SERVER",
                    "target", "s1",
                    "reasonCode", "CHEATING",
                    "message", "no bots here"))
            .expect(200);
    Answer ban =
        one.operator()
            .post(
                "/admin/v1/bans",
                Map.of(
                    "userId", user.toString(),
                    "scope", "FEATURE",
                    "target", "chat",
                    "reasonCode", "INSULTS",
                    "message", message))
            .expect(201);
    one.operator().post("/admin/v1/bans/" + ban.text("/banId") + ":lift", Map.of()).expect(200);
    one.operator()
        .post("/admin/v1/ban-batches/" + batch.text("/batchId") + ":undo", Map.of())
        .expect(200);
    String neighbour = Names.in(shard -> shard.equals(user.shard()));
    Answer other = players.register(neighbour).expect(201);
    link(as(one, other), neighbour + "@x.test").expect(201);
    for (Usercenter each : List.of(one, two)) {
      each.players().login(third).expect(200);
      as(each, login).get(ME).expect(200);
      as(each, login).get(ME + "/roles").expect(200);
    }
    List<String> words =
        List.of(first, second, third, subject, device, shown, nickname, about, character, message);
    assertThat(Remains.in(List.of(most, alone), words))
        .extracting(remains -> remains.substring(0, remains.indexOf(' ')))
        .as("all of it is kept while he is here")
        .contains(first, second, third, subject, shown, nickname, about, character, message);
    assertThat(Remains.in(redis, words)).isNotEmpty();
    player.delete(ME, PROOF).expect(202);

    coolingOffPasses(user);
    isErased(user);

    assertThat(Remains.in(List.of(most, alone), words)).isEmpty();
    Eventually.holds(
        "Redis has forgotten it", Duration.ofSeconds(30), () -> Remains.in(redis, words).isEmpty());
    for (Usercenter each : List.of(one, two)) {
      each.players().login(third).expectProblem(401, "WRONG_NAME_OR_PASSWORD");
      each.operator().get("/admin/v1/accounts/" + user).expectProblem(404, "ACCOUNT_NOT_FOUND");
    }
    Answer record = one.operator().get("/admin/v1/accounts/" + user + "/audit").expect(200);
    assertThat(record.json().at("/entries").findValuesAsString("detail")).containsOnly("");
    assertThat(record.json().at("/entries").findValuesAsString("action")).contains("BAN_BATCH");
    Answer back = players.login(neighbour).expect(200);
    assertThat(back.text("/account/userId")).isEqualTo(other.text("/account/userId"));
    assertThat(byChannel(players, neighbour + "@x.test").expect(200).text("/account/userId"))
        .isEqualTo(other.text("/account/userId"));

    Client stranger = as(one, back);
    players.register(first).expectProblem(409, "USERNAME_TAKEN");
    rename(stranger, third).expectProblem(409, "USERNAME_TAKEN");
    assertThat(players.get("/v1/accounts:checkName?name=" + third).json().at("/available"))
        .isEqualTo(Client.JSON.readTree("false"));
    assertThat(byChannel(players, subject).expect(200).text("/account/userId"))
        .as("who was not banned starts anew")
        .isNotEqualTo(user.toString());
    clock.ahead(Duration.ofDays(31));
    assertThat(players.register(first).expect(201).text("/account/userId"))
        .isNotEqualTo(user.toString());
    rename(as(one, players.login(neighbour).expect(200)), third).expect(200);
  }

  @Test
  void aBanOutlivesTheAccountAndWhoIsBannedDoesNotComeBackClean() throws SQLException {
    String device = word("device") + " drawn at random";
    String subject = word("subject");
    Answer login = byDevice(players, device).expect(200);
    UserId user = UserId.parse(login.text("/account/userId"));
    link(as(one, login), subject).expect(201);
    Answer ban =
        one.operator()
            .post(
                "/admin/v1/bans",
                Map.of(
                    "userId", user.toString(),
                    "reasonCode", "CHEATING",
                    "message", "You cheated."))
            .expect(201);
    one.operator().post("/admin/v1/accounts/" + user + ":delete", REASON).expect(200);

    coolingOffPasses(user);
    isErased(user);

    assertThat(Remains.in(List.of(most, alone), List.of(device, subject))).isEmpty();
    Answer refused = byDevice(two.players(), device).expectProblem(403, "ACCOUNT_BANNED");
    assertThat(refused.text("/reasonCode")).isEqualTo("CHEATING");
    assertThat(refused.text("/detail")).isEqualTo("You cheated.");
    byChannel(players, subject).expectProblem(403, "ACCOUNT_BANNED");
    Client accomplice = as(one, players.register(Names.fresh()).expect(201));
    link(accomplice, subject).expectProblem(409, "IDENTITY_TAKEN");

    one.operator().post("/admin/v1/bans/" + ban.text("/banId") + ":lift", Map.of()).expect(200);
    assertThat(byDevice(players, device).expect(200).text("/account/userId"))
        .isNotEqualTo(user.toString());
    link(accomplice, subject).expect(201);
  }

  @Test
  void aShardThatIsAwayMakesItWaitAndThenNothingIsLeftThereEither() throws SQLException {
    String name = Names.in(shard -> !shard.equals(ALONE));
    Answer login = players.register(name).expect(201);
    UserId user = UserId.parse(login.text("/account/userId"));
    String there = word("there");
    while (!Names.shardOf(there).equals(ALONE)) {
      there = word("there");
    }
    String later = word("later");
    while (Names.shardOf(later).equals(ALONE)) {
      later = word("later");
    }
    String key = "username:" + later;
    rename(as(one, login), there).expect(200);
    rename(as(one, login), later).expect(200);
    as(one, login).delete(ME, PROOF).expect(202);
    List<String> words = List.of(there, later);
    assertThat(Remains.in(List.of(alone), words)).isNotEmpty();

    alone.kill9();
    coolingOffPasses(user);
    Eventually.holds(
        "it has come as far as it gets",
        Duration.ofSeconds(30),
        () -> {
          try {
            return Remains.in(List.of(most), List.of(key)).isEmpty();
          } catch (SQLException e) {
            throw new IllegalStateException(e);
          }
        });
    assertThat(status(user)).isEqualTo("ERASING");
    alone.restart();

    isErased(user);
    assertThat(Remains.in(List.of(most, alone), words)).isEmpty();
  }
}
