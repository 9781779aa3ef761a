package io.usercenter.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.usercenter.id.GeneFunction;
import io.usercenter.id.Shard;
import io.usercenter.testkit.Backends;
import io.usercenter.testkit.MySqlServer;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: a new shard is the same whether it was made at once or by all scripts. Method: both, beside
 * each other on a real server. With {@code -Dupdate.schema=true} {@code sql/shard/all.sql} is
 * written anew.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NewDatabaseTest {
  /** Occurs nowhere but where the shard stands, or the test below fails. */
  private static final Shard SAMPLE = new Shard(29);

  private static final Shards SHARDS = new Shards(GeneFunction.CRC32);
  private static final Path FILE =
      Path.of(System.getProperty("uc.root"), "sql/shard", NewDatabase.FILE);
  private static final Pattern INSERT = Pattern.compile("(?ms)^INSERT .*?;$");

  private final MySqlServer server = Backends.mysql();
  private final DatabaseSettings settings =
      Fleet.settings(ShardTopology.parse(server.address()), 2);
  private final MigrationScripts scripts = MigrationScripts.read(MigrationScripts.SHARD);
  private final List<String> made = new ArrayList<>();
  private Connection connection;

  @BeforeAll
  void connect() throws SQLException {
    connection = DriverManager.getConnection(server.jdbcUrl(), "root", "");
  }

  @AfterAll
  void tidyUp() throws SQLException {
    for (String database : made) {
      execute("DROP DATABASE " + database);
    }
    connection.close();
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private List<String> query(String sql) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      ResultSetMetaData columns = row.getMetaData();
      while (row.next()) {
        List<String> values = new ArrayList<>();
        for (int column = 1; column <= columns.getColumnCount(); column++) {
          values.add(columns.getColumnLabel(column) + "=" + row.getString(column));
        }
        rows.add(String.join(", ", values));
      }
    }
    return rows;
  }

  private String empty(String database) throws SQLException {
    execute("DROP DATABASE IF EXISTS " + database);
    execute("CREATE DATABASE " + database + " CHARACTER SET utf8mb4 COLLATE utf8mb4_bin");
    made.add(database);
    return database;
  }

  private Flyway flyway(String database, Shard shard) {
    return ShardMigrations.flyway(
        settings,
        settings.topology().instances().getFirst(),
        database,
        scripts,
        ShardMigrations.placeholders(shard, SHARDS));
  }

  private String byScripts(Shard shard) throws SQLException {
    String database = empty("by_scripts_" + shard.number());
    flyway(database, shard).migrate();
    return database;
  }

  private String atOnce(Shard shard) throws SQLException {
    String database = empty("at_once_" + shard.number());
    try (Connection own = DriverManager.getConnection(server.jdbcUrl(), "root", "")) {
      NewDatabase.of(scripts)
          .orElseThrow()
          .make(own, database, ShardMigrations.placeholders(shard, SHARDS));
    }
    return database;
  }

  /** By table, in the words of the server. */
  private Map<String, String> tables(String database) throws SQLException {
    Map<String, String> tables = new TreeMap<>();
    try (Statement statement = connection.createStatement()) {
      List<String> names = new ArrayList<>();
      try (ResultSet row = statement.executeQuery("SHOW TABLES FROM " + database)) {
        while (row.next()) {
          names.add(row.getString(1));
        }
      }
      for (String name : names) {
        try (ResultSet row =
            statement.executeQuery("SHOW CREATE TABLE %s.`%s`".formatted(database, name))) {
          row.next();
          tables.put(name, row.getString(2));
        }
      }
    }
    return tables;
  }

  @Test
  void theFileIsMadeFromTheScriptsAsTheyAre() throws Exception {
    StringBuilder text =
        new StringBuilder(NewDatabase.firstLine(scripts))
            .append("-- What the scripts come to, for a database that is new. Written by")
            .append(" NewDatabaseTest with -Dupdate.schema=true; do not edit.\n");
    for (String table : tables(byScripts(SAMPLE)).values()) {
      text.append('\n')
          .append(
              table
                  .replaceAll(" AUTO_INCREMENT=\\d+", "")
                  // The server adds it to what has it from the table, and would think it was said.
                  .replaceAll("(?m)^(  `\\w+` [a-z0-9()]+) COLLATE utf8mb4_bin", "$1")
                  .replace("= " + SAMPLE.number() + ")", "= ${shard})")
                  .replace("'#" + SAMPLE.number() + ":", "'#${shard}:"))
          .append(";\n");
    }
    for (MigrationScripts.Script script : scripts.scripts()) {
      Matcher insert = INSERT.matcher(Files.readString(FILE.resolveSibling(script.name())));
      while (insert.find()) {
        text.append('\n').append(insert.group()).append('\n');
      }
    }
    if (Boolean.getBoolean("update.schema")) {
      Files.writeString(FILE, text);
    }
    assertThat(Files.readString(FILE))
        .as("run this test with -Dupdate.schema=true and look at the difference")
        .isEqualTo(text.toString());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 7, 31})
  void bothWaysLeadToTheSame(int number) throws Exception {
    Shard shard = new Shard(number);
    String byScripts = byScripts(shard);
    String atOnce = atOnce(shard);
    Map<String, String> tables = tables(atOnce);
    assertThat(tables).isEqualTo(tables(byScripts));
    assertThat(tables).hasSizeGreaterThan(10);
    for (String table : tables.keySet()) {
      String columns =
          switch (table) {
            case "flyway_schema_history" ->
                "installed_rank, version, description, type, script, checksum, installed_by,"
                    + " success";
            case "shard_meta" -> "id, shard, gene_function, epoch";
            default -> "*";
          };
      String select = "SELECT %s FROM %s.`%s` ORDER BY 1";
      assertThat(query(select.formatted(columns, atOnce, table)))
          .as(table)
          .isEqualTo(query(select.formatted(columns, byScripts, table)));
    }
    assertThat(flyway(atOnce, shard).validateWithResult().validationSuccessful).isTrue();
    assertThat(flyway(atOnce, shard).migrate().migrationsExecuted).isZero();
    assertThat(scripts.appliedTo(connection, atOnce)).isTrue();
  }

  /** So it is known for half made, and made again. */
  @Test
  void oneThatWasCutOffHoldsNoRow() throws Exception {
    String database = empty("cut_off");
    NewDatabase atOnce = NewDatabase.of(scripts).orElseThrow();
    Map<String, String> placeholders = ShardMigrations.placeholders(SAMPLE, SHARDS);
    try (Connection own = DriverManager.getConnection(server.jdbcUrl(), "root", "")) {
      assertThatThrownBy(() -> atOnce.make(dyingAtCommit(own), database, placeholders))
          .isInstanceOf(SQLException.class)
          .hasMessage("died");
    }
    Map<String, String> tables = tables(database);
    assertThat(tables).hasSizeGreaterThan(10);
    for (String table : tables.keySet()) {
      assertThat(query("SELECT * FROM cut_off." + table)).as(table).isEmpty();
    }
  }

  private static Connection dyingAtCommit(Connection connection) {
    return (Connection)
        Proxy.newProxyInstance(
            Connection.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (_, method, arguments) -> {
              if (method.getName().equals("commit")) {
                throw new SQLException("died");
              }
              return method.invoke(connection, arguments);
            });
  }
}
