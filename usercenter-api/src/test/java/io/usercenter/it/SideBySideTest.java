package io.usercenter.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.testkit.Backends;
import io.usercenter.testkit.MySqlServer;
import io.usercenter.testkit.MySqlSettings;
import io.usercenter.testkit.RedisServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * While a release is rolled out, instances of this version work on databases that the next one has
 * expanded: every table has a column more, there are tables and migrations that nobody here knows.
 * And when the release is taken back, this version starts on such databases, the one that migrates
 * too.
 */
class SideBySideTest {
  @Test
  void thisVersionWorksOnDatabasesOfTheNext() throws SQLException {
    try (MySqlServer mysql = Backends.newMySql(MySqlSettings.standard().relaxed());
        RedisServer redis = Backends.newRedis();
        Usercenter before = Usercenter.start(mysql, redis)) {
      String name = Names.fresh();
      before.players().register(name).expect(201);

      int expanded = expand(mysql);
      assertThat(expanded).as("tables").isGreaterThan(32 * 10);

      playsOn(before, name);
      try (Usercenter after = Usercenter.start(mysql, redis)) {
        playsOn(after, name);
        playsOn(before, name);
      }
    }
  }

  /** Does everything that writes: rows of all main tables are made and changed. */
  private static void playsOn(Usercenter service, String known) {
    Client players = service.players();
    String name = Names.fresh();
    Answer registered = players.register(name).expect(201);
    String userId = registered.text("/account/userId");
    Answer login = players.login(known).expect(200);
    players.refresh(login.text("/refreshToken")).expect(200);
    Client me = players.bearer(registered.text("/accessToken"));
    me.patch("/v1/accounts/me", "{\"nickname\":\"x\"}").expect(200);
    me.post("/v1/accounts/me/identities", Map.of("channel", "device", "deviceId", "d-" + name));
    me.post("/v1/accounts/me:rename", Map.of("username", Names.fresh())).expect(200);
    me.get("/v1/accounts/me/export").expect(200);
    assertThat(
            service
                .gameServer("s1")
                .introspect(login.text("/accessToken"))
                .expect(200)
                .json()
                .at("/active")
                .isBoolean())
        .isTrue();
    Client operator = service.operator();
    operator
        .post("/admin/v1/bans", Map.of("userId", userId, "reasonCode", "TEST", "message", "x"))
        .expect(201);
    operator.get("/admin/v1/accounts/" + userId).expect(200);
    operator.get("/admin/v1/audit?limit=10").expect(200);
    service.inside().get("/actuator/health/readiness").expect(200);
  }

  /** As an expanding migration would: a column with a default, one without, an index, a table. */
  private static int expand(MySqlServer mysql) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(mysql.jdbcUrl("mysql"), mysql.user(), mysql.password());
        Statement statement = connection.createStatement()) {
      List<String> tables = new ArrayList<>();
      List<String> histories = new ArrayList<>();
      try (ResultSet rows =
          statement.executeQuery(
              "SELECT CONCAT('`', table_schema, '`.`', table_name, '`') FROM"
                  + " information_schema.tables WHERE table_schema LIKE 'usercenter\\_%' AND"
                  + " table_type = 'BASE TABLE'")) {
        while (rows.next()) {
          (rows.getString(1).contains("flyway") ? histories : tables).add(rows.getString(1));
        }
      }
      for (String table : tables) {
        statement.execute(
            "ALTER TABLE %s ADD COLUMN of_the_next_version VARCHAR(8) NOT NULL DEFAULT 'x',"
                    .formatted(table)
                + " ADD COLUMN unknown_yet JSON NULL");
      }
      for (String history : histories) {
        String database = history.substring(0, history.indexOf('.'));
        statement.execute("CREATE TABLE " + database + ".of_the_next_version (id INT PRIMARY KEY)");
        statement.execute(
            "INSERT INTO %s SELECT MAX(installed_rank) + 1, '9999', 'next', 'SQL', 'V9999__next.sql', 1,"
                    .formatted(history)
                + " 'x', NOW(), 1, 1 FROM %s AS known".formatted(history));
      }
      return tables.size();
    }
  }
}
