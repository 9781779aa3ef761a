package io.usercenter.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.shard.ShardPools;
import io.usercenter.testkit.Backends;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
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
