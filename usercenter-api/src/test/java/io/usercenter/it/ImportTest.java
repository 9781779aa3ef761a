package io.usercenter.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.id.UserId;
import io.usercenter.role.RoleStore;
import io.usercenter.roleevent.RoleEvent;
import io.usercenter.roleevent.RoleId;
import io.usercenter.roleevent.RolePicture;
import io.usercenter.roleevent.RoleVersion;
import io.usercenter.roleevent.ServerId;
import io.usercenter.shard.ShardPools;
import io.usercenter.testkit.Backends;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.junit.jupiter.api.Test;

/**
 * Goal: operators take over accounts by HTTP, players then log in with their old passwords, and an
 * instance that goes down costs nothing. Method: whole instances on real MySQL, one after another.
 */
class ImportTest {
  private static final String COLUMNS = "username,password_hash,channel,created\n";
  private static final Duration SOON = Duration.ofSeconds(60);

  @Test
  void importedPlayersLogInWithTheirOldPasswords() throws SQLException {
    try (Usercenter usercenter = Usercenter.start(Backends.mysql(), Backends.redis())) {
      String taken = Names.fresh();
      usercenter.players().register(taken).expect(201);
      String name = Names.fresh();
      String file = COLUMNS + line(name) + line(taken) + line(name) + "x,y\n";

      String job = start(usercenter.operator(), "story", file).expect(202).text("/jobId");
      Answer done = awaitDone(usercenter, job);

      assertThat(done.json().at("/progress/imported").longValue()).isEqualTo(1);
      assertThat(done.json().at("/progress/rejects").toString())
          .isEqualTo("{\"DUPLICATE_IN_FILE\":1,\"NAME_TAKEN\":1,\"WRONG_FIELD_COUNT\":1}");
      Answer rejects =
          usercenter.operator().get("/admin/v1/imports/" + job + "/rejects?limit=2").expect(200);
      assertThat(rejects.json().at("/rejects").size()).isEqualTo(2);
      assertThat(rejects.text("/rejects/0/code")).isEqualTo("NAME_TAKEN");
      assertThat(rejects.json().at("/next").longValue()).isEqualTo(4);
      assertThat(
              usercenter
                  .operator()
                  .get("/admin/v1/imports/" + job + "/rejects?after=4")
                  .expect(200)
                  .text("/rejects/0/code"))
          .isEqualTo("WRONG_FIELD_COUNT");
      assertThat(rejects.body() + done.body()).doesNotContain("$md5$", name);
      assertThat(storedHash(usercenter, name)).isEqualTo(hash());
      assertThat(usercenter.players().login(name).expect(200).text("/account/username"))
          .isEqualTo(name);
      assertThat(storedHash(usercenter, name)).startsWith("$argon2id$");
      usercenter.players().login(name).expect(200);
      usercenter.players().login(taken).expect(200);
      assertThat(
              usercenter
                  .operator()
                  .get("/admin/v1/accounts?username=" + name)
                  .expect(200)
                  .text("/accounts/0/registeredAt"))
          .isEqualTo("2019-03-01T00:00:00Z");
    }
  }

  /**
   * One account for each way in which old systems kept this password. Vectors of other
   * implementations: libxcrypt, Python's hashlib, the reference of Argon2.
   */
  @Test
  void everyFormatOfOldLetsItsPlayersInOnceAndIsReplaced() throws SQLException {
    String password = "пароль密码";
    List<String> hashes =
        List.of(
            "eeabbfc941147799669c9b08c2575575,md5,kX7",
            "d0e58e141f36f584f110cdb5dc6b6a76,md5:password-salt,kX7",
            "A4F4855199ec5cbe3d64eb7c4b3e5a6d,md5:hex-salt,kX7",
            "a3141ca9f7631cb375210e622ec654d1c0e52039978edf4b2a02b5b2fc11586d,sha256,kX7",
            "375e700c78dcdc2c277289f1b19ac9282cc024dffac09fddc054ba3bf4834455,sha256:password-salt,kX7",
            "b181959985c4afc834e6e5fc4ead81f461cc42859deede00af144ea62415d413,sha256:hex-salt,kX7",
            "$2a$05$abcdefghijklmnopqrstuuzsz.WHfDBF65.E5AqNfWARftrPNq8UO,,",
            "$2b$05$abcdefghijklmnopqrstuuzsz.WHfDBF65.E5AqNfWARftrPNq8UO,,",
            "$2y$05$abcdefghijklmnopqrstuuzsz.WHfDBF65.E5AqNfWARftrPNq8UO,,",
            "pbkdf2_sha256$1000$seasalt$%s,,".formatted(django(password)),
            "$pbkdf2-sha256$1000$MDEyMzQ1Njc4OWFiY2RlZg$iDfuUq0X0oK2dH3MAmILlutHruJLucxhugUsmcZFjho,,",
            "$pbkdf2-sha512$1000$MDEyMzQ1Njc4OWFiY2RlZg$jvYFewHTJMFA2D4HY/xF4IOAKJBaCoSKPwciHD8c1xvwS2LjkLrrmjGsItP1WJFQRA9Tqbyb9zJKVURpNDsxNA,,",
            "\"$scrypt$ln=10,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$oIc01gZAXXbQ3oMqTHwR5YMAfJZjTaE88wVwL+q1pnw\",,",
            "\"$argon2id$v=19$m=1024,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$roXqh5E5gZbZcrmixJELWMQTlDWbBB5LjUwAZycwYIc\",,");
    try (Usercenter usercenter =
        Usercenter.start(Backends.mysql(), Backends.redis(), "usercenter.passwords.iterations=2")) {
      List<String> names = hashes.stream().map(_ -> Names.fresh()).toList();
      StringBuilder file =
          new StringBuilder("username,password_hash,hash_format,salt,channel,created\n");
      for (int i = 0; i < hashes.size(); i++) {
        file.append("%s,%s,old,2019-03-01\n".formatted(names.get(i), hashes.get(i)));
      }

      String job = start(usercenter.operator(), "formats", file.toString()).text("/jobId");
      Answer done = awaitDone(usercenter, job);

      assertThat(done.json().at("/progress/rejects").toString()).isEqualTo("{}");
      login(usercenter, names.getFirst(), password + "!")
          .expectProblem(401, "WRONG_NAME_OR_PASSWORD");
      for (String name : names) {
        assertThat(storedHash(usercenter, name)).doesNotContain("t=2");
        login(usercenter, name, password).expect(200);
        assertThat(storedHash(usercenter, name)).startsWith("$argon2id$v=19$m=1024,t=2,p=1$");
        login(usercenter, name, password).expect(200);
      }
    }
  }

  private static Answer login(Usercenter usercenter, String name, String password) {
    return usercenter
        .players()
        .post("/v1/sessions", Map.of("grant", "password", "username", name, "password", password));
  }

  private static String django(String password) {
    try {
      return Base64.getEncoder()
          .encodeToString(
              SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                  .generateSecret(
                      new PBEKeySpec(
                          password.toCharArray(),
                          "seasalt".getBytes(StandardCharsets.UTF_8),
                          1_000,
                          256))
                  .getEncoded());
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void charactersComeWithTheirPlayersAndGameServersGoOnWithThem() {
    try (Usercenter usercenter = Usercenter.start(Backends.mysql(), Backends.redis())) {
      String name = Names.fresh();
      String role =
          "{\"serverId\":\"s1\",\"roleId\":\"%s-%s\",\"name\":\"Ayla\",\"level\":%d,\"createdAt\":\"2015-01-01\"%s}";
      String line =
          "{\"username\":\"%s\",\"password_hash\":\"%s\",\"channel\":\"old\",\"created\":\"2015-01-01\",\"roles\":[%s,%s]}\n";
      String file =
          line.formatted(
                  name,
                  hash(),
                  role.formatted(name, "a", 31, ",\"lastLoginAt\":\"2016-01-01\""),
                  role.formatted(name, "b", 7, ""))
              + line.formatted(
                  Names.fresh(),
                  hash(),
                  role.formatted(name, "c", 1, ""),
                  role.formatted(name, "d", -1, ""));

      String job =
          usercenter
              .operator()
              .postText("/admin/v1/imports?name=characters", "application/x-ndjson", file)
              .expect(202)
              .text("/jobId");
      Answer done = awaitDone(usercenter, job);

      assertThat(done.json().at("/progress/rejects").toString()).isEqualTo("{\"ROLE_INVALID\":1}");
      Answer login = usercenter.players().login(name).expect(200);
      assertThat(login.json().at("/roles").size()).isEqualTo(2);
      assertThat(login.text("/roles/0/roleId")).isEqualTo(name + "-a");
      assertThat(login.json().at("/roles/0/level").intValue()).isEqualTo(31);
      assertThat(login.text("/lastServerId")).isEqualTo("s1");
      String userId = login.text("/account/userId");
      Answer found =
          usercenter.operator().get("/admin/v1/accounts?roleId=" + name + "-b").expect(200);
      assertThat(found.text("/accounts/0/userId")).isEqualTo(userId);
      usercenter
          .bean(RoleStore.class)
          .apply(
              List.of(
                  new RoleEvent(
                      "e1",
                      RoleEvent.Type.ROLE_LOGGED_IN,
                      new ServerId("s1"),
                      UserId.parse(userId),
                      new RoleId(name + "-b"),
                      RoleVersion.of(1),
                      Instant.parse("2026-11-01T00:00:00Z"),
                      new RolePicture("Bea", 8, "", 0, ""),
                      null)));
      Answer later = usercenter.players().login(name).expect(200);
      assertThat(later.json().at("/roles").size()).isEqualTo(2);
      assertThat(later.text("/roles/0/name")).isEqualTo("Bea");
      Answer copy =
          usercenter
              .players()
              .bearer(later.text("/accessToken"))
              .get("/v1/accounts/me/export")
              .expect(200);
      assertThat(copy.text("/sections/roles/1/createdAt")).isEqualTo("2015-01-01T00:00:00Z");
    }
  }

  @Test
  void theSameFileUnderTheSameNameIsTheSameImport() {
    try (Usercenter usercenter =
        Usercenter.start(Backends.mysql(), Backends.redis(), "usercenter.imports.max-upload=1MB")) {
      Client operator = usercenter.operator();
      String file = COLUMNS + line(Names.fresh());

      String job = start(operator, "same", file).expect(202).text("/jobId");
      assertThat(start(operator, "same", file).expect(202).text("/jobId")).isEqualTo(job);
      awaitDone(usercenter, job);
      assertThat(start(operator, "same", file).expect(202).text("/state")).isEqualTo("DONE");

      start(operator, "same", file + "\n").expectProblem(409, "IMPORT_FILE_DIFFERS");
      start(operator, "a b", file).expectProblem(400, "VALIDATION_FAILED");
      start(operator, "large", "x".repeat(1 << 20) + file).expectProblem(413, "PAYLOAD_TOO_LARGE");
      operator
          .postText("/admin/v1/imports?name=json", "application/json", "{}")
          .expectProblem(415, "UNSUPPORTED_MEDIA_TYPE");
      operator.get("/admin/v1/imports/4711").expectProblem(404, "NOT_FOUND");
      usercenter.inside().get("/admin/v1/imports").expectProblem(401, "CREDENTIALS_MISSING");
      String unusable = start(operator, "unusable", "no,columns\n").expect(202).text("/jobId");
      awaitState(usercenter, unusable, "FAILED");
      assertThat(operator.get("/admin/v1/imports").expect(200).body()).doesNotContain("large");
    }
  }

  @Test
  void onlyAdminsImport() {
    try (Usercenter usercenter = Usercenter.start(Backends.mysql(), Backends.redis())) {
      usercenter
          .operator()
          .post(
              "/admin/v1/operators",
              Map.of("name", "importless", "password", "a long password", "role", "OPERATOR"))
          .expect(201);
      String token =
          usercenter
              .inside()
              .post(
                  "/admin/v1/sessions", Map.of("name", "importless", "password", "a long password"))
              .expect(201)
              .text("/token");

      start(usercenter.inside().bearer(token), "mine", COLUMNS)
          .expectProblem(403, "PERMISSION_MISSING");
    }
  }

  @Test
  void anInstanceThatGoesDownLeavesTheImportToTheNext() {
    int players = 8_000;
    String prefix = Names.fresh();
    StringBuilder file = new StringBuilder(COLUMNS);
    for (int i = 0; i < players; i++) {
      file.append(line(prefix.substring(0, Math.min(20, prefix.length())) + "-" + i));
    }
    String job;
    try (Usercenter first = Usercenter.start(Backends.mysql(), Backends.redis())) {
      job = start(first.operator(), "restart", file.toString()).expect(202).text("/jobId");
      Client operator = first.operator();
      Eventually.holds("it has begun", SOON, () -> imported(operator, job) > 0);
    }
    try (Usercenter second = Usercenter.start(Backends.mysql(), Backends.redis())) {
      Answer done = awaitDone(second, job);

      assertThat(done.json().at("/progress/imported").longValue()).isEqualTo(players);
      assertThat(done.json().at("/progress/rejected").longValue()).isZero();
    }
  }

  private static Answer start(Client operator, String name, String file) {
    return operator.postText(
        "/admin/v1/imports?name=" + name.replace(" ", "%20"), "text/csv; charset=utf-8", file);
  }

  private static long imported(Client operator, String job) {
    return operator
        .get("/admin/v1/imports/" + job)
        .expect(200)
        .json()
        .at("/progress/imported")
        .longValue();
  }

  private static Answer awaitDone(Usercenter usercenter, String job) {
    return awaitState(usercenter, job, "DONE");
  }

  private static Answer awaitState(Usercenter usercenter, String job, String state) {
    Client operator = usercenter.operator();
    Eventually.holds(
        "import " + job + " is " + state,
        SOON,
        () ->
            List.of(state)
                .contains(operator.get("/admin/v1/imports/" + job).expect(200).text("/state")));
    return operator.get("/admin/v1/imports/" + job).expect(200);
  }

  private static String line(String name) {
    return name + "," + hash() + ",old,2019-03-01\n";
  }

  /** Of salt and password, as systems of old did. */
  private static String hash() {
    try {
      return "$md5$salt=kX7$"
          + HexFormat.of()
              .formatHex(
                  MessageDigest.getInstance("MD5")
                      .digest(("kX7" + Client.PASSWORD).getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private static String storedHash(Usercenter usercenter, String name) throws SQLException {
    try (Connection connection =
            usercenter.bean(ShardPools.class).of(Names.shardOf(name)).getConnection();
        PreparedStatement select =
            connection.prepareStatement("SELECT password_hash FROM user WHERE username = ?")) {
      select.setString(1, name);
      try (ResultSet row = select.executeQuery()) {
        assertThat(row.next()).isTrue();
        return row.getString(1);
      }
    }
  }
}
