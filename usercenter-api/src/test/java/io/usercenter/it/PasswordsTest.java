package io.usercenter.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.usercenter.account.Accounts;
import io.usercenter.account.Password;
import io.usercenter.account.Proof;
import io.usercenter.id.Username;
import io.usercenter.platform.ShardTransactions;
import io.usercenter.testkit.Backends;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Old hashes let their owners in and are replaced; a changed password ends every other session; and
 * whatever runs at the same time, the change of a password wins.
 */
class PasswordsTest {
  /** Of {@code letmein secret}, by Python's hashlib. */
  private static final String MD5 = "$md5$salt=kX7$a6e9c383c164bc91b24617c73f9c23ba";

  private static final String NEW_PASSWORD = "another horse battery";
  private static final String CHANGE = "/v1/accounts/me:changePassword";

  private static Usercenter service;
  private static Client players;

  @BeforeAll
  static void start() {
    service = Usercenter.start(Backends.mysql(), Backends.redis(), "usercenter.guesses.free=1000");
    players = service.players();
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        MD5,
        "pbkdf2_sha256$1000$seasalt$G1yyx+LRTze6CiWWXMBaA6y8oguYMojhCI0nSK2R5Vk=",
        "$2y$05$CCCCCCCCCCCCCCCCCCCCC.6RtGEEePJGV2zgaDwRi4O.qE/ks0EhK"
      })
  void anOldHashLetsItsOwnerInAndIsReplaced(String old) throws SQLException {
    String name = withHash(old);

    login(name, "letmein secret!").expectProblem(401, "WRONG_NAME_OR_PASSWORD");
    assertThat(hashOf(name)).isEqualTo(old);
    login(name, "letmein secret").expect(200);
    String upgraded = hashOf(name);
    assertThat(upgraded).startsWith("$argon2id$v=19$m=1024,t=1,p=1$");
    login(name, "letmein secret").expect(200);
    assertThat(hashOf(name)).isEqualTo(upgraded);
  }

  /** Of {@code password}, by the reference implementation. */
  @Test
  void soIsArgon2OfAnotherCost() throws SQLException {
    String name =
        withHash(
            "$argon2id$v=19$m=4096,t=3,p=4$MDEyMzQ1Njc4OWFiY2RlZg$UmxF4EOF4Ik7C8RwskVT44BxYzdJlrNcoS56mfG485g");

    login(name, "password").expect(200);
    assertThat(hashOf(name)).startsWith("$argon2id$v=19$m=1024,t=1,p=1$");
  }

  @Test
  void aHashThatCannotBeUsedLetsNobodyInAndFailsNothing() throws SQLException {
    String name = withHash("$2b$31$abcdefghijklmnopqrstuuzsz.WHfDBF65.E5AqNfWARftrPNq8UO");

    login(name, "letmein secret").expectProblem(401, "WRONG_NAME_OR_PASSWORD");
  }

  @Test
  void ofManyLoginsWithAnOldHashEachGetsIn() throws Exception {
    String name = withHash(MD5);

    assertThat(Parallel.run(8, i -> login(name, "letmein secret").status())).containsOnly(200);
    assertThat(hashOf(name)).startsWith("$argon2id$");
  }

  @Test
  void whereTheHashCannotBeReplacedTheLoginGoesOn() throws SQLException {
    String name = withHash(MD5);
    try (Connection connection = shardOf(name)) {
      connection
          .createStatement()
          .execute(
              """
              CREATE TRIGGER no_new_hash BEFORE UPDATE ON user FOR EACH ROW
              IF NEW.password_hash <> OLD.password_hash THEN SIGNAL SQLSTATE '45000'; END IF
              """);
      try {
        login(name, "letmein secret").expect(200);
        assertThat(hashOf(name)).isEqualTo(MD5);
      } finally {
        connection.createStatement().execute("DROP TRIGGER no_new_hash");
      }
    }
  }

  @Test
  void aPasswordThatWasProvenBeforeItChangedOpensNothing() throws SQLException {
    String name = Names.fresh();
    players.register(name).expect(201);
    Accounts accounts = service.bean(Accounts.class);
    Proof proof =
        accounts
            .authenticate(Username.ofCanonical(name), new Password(Client.PASSWORD))
            .orElseThrow();
    setHash(name, MD5);

    ShardTransactions transactions = service.bean(ShardTransactions.class);
    assertThat(transactions.in(proof.userId(), () -> accounts.locked(proof))).isEmpty();
    assertThat(
            transactions.in(
                proof.userId(),
                () -> accounts.changePassword(proof, accounts.hash(new Password(NEW_PASSWORD)))))
        .isFalse();
    assertThat(hashOf(name)).isEqualTo(MD5);
  }

  @Test
  void anOldPasswordIsNotJudgedByTodaysRules() throws SQLException {
    String name = withHash("$md5$salt=kX7$205ec8b97cdceb7d5054dfd47c6e7f44");

    login(name, "123456").expect(200);
  }

  @Test
  void aPasswordThatIsTooLongIsNotHashed() {
    String name = Names.fresh();
    players.register(name).expect(201);
    MeterRegistry meters = service.bean(MeterRegistry.class);
    long before = meters.get("uc.password.hash").tag("format", "argon2id").timer().count();

    login(name, "x".repeat(129)).expectProblem(401, "WRONG_NAME_OR_PASSWORD");
    login("nobody-" + name, "x".repeat(129)).expectProblem(401, "WRONG_NAME_OR_PASSWORD");

    assertThat(meters.get("uc.password.hash").tag("format", "argon2id").timer().count())
        .isEqualTo(before);
  }

  @Test
  void aChangedPasswordEndsTheOtherSessionsAndThisOneGoesOn() {
    String name = Names.fresh();
    Answer other = players.register(name).expect(201);
    Answer mine = players.login(name).expect(200);

    Answer changed = change(mine, Client.PASSWORD, NEW_PASSWORD).expect(200);

    assertThat(changed.json().at("/endedSessions").intValue()).isEqualTo(1);
    assertThat(changed.shards()).isEqualTo(1);
    players.bearer(changed.text("/accessToken")).get("/v1/accounts/me").expect(200);
    players.refresh(changed.text("/refreshToken")).expect(200);
    for (Answer old : new Answer[] {mine, other}) {
      players
          .bearer(old.text("/accessToken"))
          .get("/v1/accounts/me")
          .expectProblem(401, "TOKEN_REJECTED");
    }
    assertThat(
            players
                .refresh(other.text("/refreshToken"))
                .expectProblem(401, "SESSION_ENDED")
                .text("/reason"))
        .isEqualTo("PASSWORD");
    login(name, Client.PASSWORD).expectProblem(401, "WRONG_NAME_OR_PASSWORD");
    login(name, NEW_PASSWORD).expect(200);
  }

  @Test
  void gameServersHearOfAChangedPassword() {
    Answer mine = players.register(Names.fresh()).expect(201);
    String userId = mine.text("/account/userId");
    Client server = service.gameServer("*");
    Eventually.holds(
        "the instance hears the feed",
        Duration.ofSeconds(20),
        () -> server.get("/server/v1/revocations").status() == 200);

    change(mine, Client.PASSWORD, NEW_PASSWORD).expect(200);

    Eventually.holds(
        "the feed tells of it",
        Duration.ofSeconds(20),
        () ->
            server
                .get("/server/v1/revocations")
                .expect(200)
                .json()
                .at("/revocations")
                .valueStream()
                .anyMatch(
                    r ->
                        r.at("/userId").stringValue("").equals(userId)
                            && r.at("/reason").stringValue("").equals("PASSWORD")
                            && r.at("/minEpoch").intValue() == 1));
    assertThat(server.introspect(mine.text("/accessToken")).json().at("/active").booleanValue())
        .isFalse();
  }

  @Test
  void ofManyChangesAtOnceOneWins() throws Exception {
    String name = Names.fresh();
    Answer mine = players.register(name).expect(201);

    long changed =
        Parallel.run(8, i -> change(mine, Client.PASSWORD, NEW_PASSWORD + i).status()).stream()
            .filter(status -> status == 200)
            .count();

    assertThat(changed).isEqualTo(1);
    assertThat(Parallel.run(8, i -> login(name, NEW_PASSWORD + i).status())).containsOnlyOnce(200);
  }

  @Test
  void whoDoesNotKnowTheCurrentOneChangesNothing() {
    String name = Names.fresh();
    Answer mine = players.register(name).expect(201);

    change(mine, "not this one", NEW_PASSWORD).expectProblem(403, "CURRENT_PASSWORD_WRONG");

    players.bearer(mine.text("/accessToken")).get("/v1/accounts/me").expect(200);
    login(name, Client.PASSWORD).expect(200);
  }

  @ParameterizedTest
  @CsvSource({
    "seven77, TOO_SHORT",
    "trustno1, TOO_COMMON",
    "hgfedcba, TOO_SIMPLE",
    "1-WEAKLING-1, CONTAINS_USERNAME"
  })
  void aWeakNewPasswordIsRefusedWithTheReason(String password, String reason) {
    assertThat(
            players
                .post("/v1/accounts", Map.of("username", "weakling", "password", password))
                .expectProblem(400, "PASSWORD_INVALID")
                .text("/reason"))
        .isEqualTo(reason);
    Answer mine = players.login("weakling");
    if (mine.status() != 200) {
      mine = players.register("weakling").expect(201);
    }
    assertThat(
            change(mine, Client.PASSWORD, password)
                .expectProblem(400, "PASSWORD_INVALID")
                .text("/reason"))
        .isEqualTo(reason);
  }

  private static Answer change(Answer login, String current, String wanted) {
    return players
        .bearer(login.text("/accessToken"))
        .post(CHANGE, Map.of("currentPassword", current, "newPassword", wanted));
  }

  private static Answer login(String name, String password) {
    return players.post(
        "/v1/sessions", Map.of("grant", "password", "username", name, "password", password));
  }

  private static String withHash(String hash) throws SQLException {
    String name = Names.fresh();
    players.register(name).expect(201);
    setHash(name, hash);
    return name;
  }

  private static void setHash(String name, String hash) throws SQLException {
    try (Connection connection = shardOf(name);
        PreparedStatement update =
            connection.prepareStatement("UPDATE user SET password_hash = ? WHERE username = ?")) {
      update.setString(1, hash);
      update.setString(2, name);
      assertThat(update.executeUpdate()).isEqualTo(1);
    }
  }

  private static String hashOf(String name) throws SQLException {
    try (Connection connection = shardOf(name);
        PreparedStatement select =
            connection.prepareStatement("SELECT password_hash FROM user WHERE username = ?")) {
      select.setString(1, name);
      try (ResultSet row = select.executeQuery()) {
        assertThat(row.next()).isTrue();
        return row.getString(1);
      }
    }
  }

  private static Connection shardOf(String name) throws SQLException {
    var mysql = Backends.mysql();
    return DriverManager.getConnection(
        mysql.jdbcUrl("usercenter_" + Names.shardOf(name)), mysql.user(), mysql.password());
  }
}
