package io.usercenter.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Goal: tests can treat a real MySQL as badly as a bad day would. Method: real servers, JDBC. */
class MySqlServerTest {
  private static Connection connect(MySqlServer server) throws SQLException {
    return DriverManager.getConnection(server.jdbcUrl(), server.user(), server.password());
  }

  private static void execute(MySqlServer server, String... statements) throws SQLException {
    try (Connection connection = connect(server);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static String query(MySqlServer server, String sql) throws SQLException {
    try (Connection connection = connect(server);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      return row.next() ? row.getString(1) : "nothing";
    }
  }

  @Test
  void theSharedServerIsMySql8() throws SQLException {
    assertThat(query(Backends.mysql(), "SELECT VERSION()")).startsWith("8.0.");
    assertThat(Backends.mysql()).isSameAs(Backends.mysql());
    assertThat(Backends.mysql().isStandIn()).isFalse();
  }

  @Test
  void whatWasCommittedOutlivesKill9() throws SQLException {
    try (MySqlServer server = Backends.newMySql()) {
      execute(
          server,
          "CREATE DATABASE kept",
          "CREATE TABLE kept.number (n INT PRIMARY KEY)",
          "INSERT INTO kept.number VALUES (41), (42)");
      Connection open = connect(server);
      open.setAutoCommit(false);
      open.createStatement().execute("INSERT INTO kept.number VALUES (43)");
      long killed = server.pid();
      int port = server.port();
      server.kill9();
      assertThat(server.isRunning()).isFalse();
      server.restart();
      open.abort(Runnable::run);
      assertThat(server.pid()).isNotEqualTo(killed);
      assertThat(server.port()).isEqualTo(port);
      assertThat(query(server, "SELECT GROUP_CONCAT(n ORDER BY n) FROM kept.number"))
          .isEqualTo("41,42");
    }
  }

  @Test
  void commitsAreDurableUnlessATestRelaxesThem() throws SQLException {
    String variable = "SELECT @@innodb_flush_log_at_trx_commit";
    assertThat(query(Backends.mysql(), variable)).isEqualTo("2");
    try (MySqlServer server = Backends.newMySql(MySqlSettings.standard().withMaxConnections(7))) {
      assertThat(query(server, variable)).isEqualTo("1");
      assertThat(query(server, "SELECT @@max_connections")).isEqualTo("7");
    }
  }

  @Test
  void twoServersKnowNothingOfEachOther() throws SQLException {
    try (MySqlServer one = Backends.newMySql();
        MySqlServer two = Backends.newMySql()) {
      execute(one, "CREATE DATABASE only_in_one");
      assertThat(query(two, "SHOW DATABASES LIKE 'only_in_one'")).isEqualTo("nothing");
      assertThat(query(one, "SELECT @@server_uuid"))
          .isNotEqualTo(query(two, "SELECT @@server_uuid"));
      assertThat(one.port()).isNotEqualTo(two.port());
    }
  }

  @Test
  void aPausedServerAnswersAgainAfterItIsResumed() throws SQLException {
    try (MySqlServer server = Backends.newMySql()) {
      server.pause();
      assertThat(server.isRunning()).isTrue();
      Properties impatient = new Properties();
      impatient.setProperty("user", "root");
      impatient.setProperty("connectTimeout", "300");
      impatient.setProperty("socketTimeout", "300");
      assertThatThrownBy(() -> DriverManager.getConnection(server.jdbcUrl(), impatient).close())
          .isInstanceOf(SQLException.class);
      server.resume();
      assertThat(query(server, "SELECT 1")).isEqualTo("1");
    }
  }

  @Test
  void itListensOnLoopbackOnly() throws SQLException {
    assertThat(query(Backends.mysql(), "SELECT @@bind_address")).isEqualTo("127.0.0.1");
  }

  @Test
  void anAccountIsTheOnlyWayIn(@TempDir Path folder) throws SQLException {
    var account = account("first-password", new MySqlSettings.Right("ALL", "usercenter\\_%"));
    Path data = folder.resolve("data");
    try (MySqlServer server =
        MySqlServer.start(data, 0, MySqlSettings.standard().withAccount(account))) {
      execute(server, "CREATE DATABASE usercenter_07");
      assertThatThrownBy(() -> execute(server, "CREATE DATABASE another"))
          .hasMessageContaining("Access denied");
      assertThatThrownBy(() -> DriverManager.getConnection(server.jdbcUrl(), "root", "").close())
          .hasMessageContaining("locked");
    }
    // A password that was lost can be replaced, rights can be taken back, and the data stays.
    var renewed = account("second-password", new MySqlSettings.Right("SELECT", "usercenter\\_07"));
    try (MySqlServer server =
        MySqlServer.start(data, 0, MySqlSettings.standard().withAccount(renewed))) {
      assertThat(query(server, "SHOW DATABASES LIKE 'usercenter_07'")).isEqualTo("usercenter_07");
      assertThatThrownBy(() -> execute(server, "CREATE DATABASE usercenter_08"))
          .hasMessageContaining("Access denied");
    }
    assertThat(data).isDirectory();
    assertThat(folder.resolve("data.init.sql")).doesNotExist();
  }

  private static MySqlSettings.Account account(String password, MySqlSettings.Right right) {
    return new MySqlSettings.Account("usercenter", password, List.of(right));
  }

  @Test
  void aPasswordThatIsNoPlainTextIsRefused() {
    assertThatThrownBy(() -> new MySqlSettings.Account("uc", "'; DROP USER root; --", List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("password must match");
  }

  @Test
  void aServerThatDoesNotComeUpSaysWhy() {
    assertThatThrownBy(() -> Backends.newMySql(MySqlSettings.standard().withOption("--nonsense=1")))
        .isInstanceOf(BackendException.class)
        .hasMessageContaining("ended while starting")
        .hasMessageContaining("unknown variable 'nonsense=1'");
  }

  @Test
  void aHalfMadeDataDirectoryIsMadeAnew(@TempDir Path folder) throws Exception {
    Files.createDirectories(folder.resolve("data.part/mysql"));
    Files.writeString(folder.resolve("data.part/ibdata1"), "cut off");
    try (MySqlServer server =
        MySqlServer.start(folder.resolve("data"), 0, MySqlSettings.standard())) {
      assertThat(query(server, "SELECT 1")).isEqualTo("1");
    }
    assertThat(folder.resolve("data.part")).doesNotExist();
  }

  @Test
  void aDirectoryThatHoldsSomethingElseIsRefusedAndLeftAlone(@TempDir Path folder)
      throws Exception {
    Files.writeString(folder.resolve("ibdata1"), "players");
    assertThatThrownBy(() -> MySqlServer.start(folder, 0, MySqlSettings.standard()).close())
        .isInstanceOf(BackendException.class)
        .hasMessageContaining("mysql.ibd is missing");
    assertThat(folder).isDirectoryContaining("glob:**ibdata1");
    assertThat(folder.resolve("ibdata1")).hasContent("players");
  }

  @Test
  void whatIsUnpackedBelongsToWhoeverUnpacksIt(@TempDir Path folder) throws IOException {
    MySqlBinaries.unpack(MySqlBinaries.archive(), folder);
    assertThat(Files.getOwner(folder.resolve("bin/mysqld"))).isEqualTo(Files.getOwner(folder));
  }

  @Test
  void closingAServerOfATestDeletesItsData() {
    MySqlServer server = Backends.newMySql();
    assertThat(server.dataDirectory()).isDirectory();
    server.close();
    assertThat(server.dataDirectory().getParent()).doesNotExist();
    assertThat(ProcessHandle.of(server.pid())).isEmpty();
  }
}
