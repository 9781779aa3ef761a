package io.usercenter.shard;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * What all scripts of a folder come to, {@code all.sql} beside them, for a database that is new. To
 * make a table once takes MySQL a fraction of what it takes to make and rebuild it script by
 * script, and there are 32 databases to wait for. {@code NewDatabaseTest} writes the file and shows
 * that both ways lead to the same.
 */
final class NewDatabase {
  static final String FILE = "all.sql";

  private final MigrationScripts scripts;
  private final List<String> statements;

  private NewDatabase(MigrationScripts scripts, List<String> statements) {
    this.scripts = scripts;
    this.statements = statements;
  }

  /** Empty when there is no such file, or it was made from other scripts than these. */
  static Optional<NewDatabase> of(MigrationScripts scripts) {
    String resource = scripts.folder() + "/" + FILE;
    try (InputStream in = NewDatabase.class.getClassLoader().getResourceAsStream(resource)) {
      if (in == null) {
        return Optional.empty();
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return text.startsWith(firstLine(scripts))
          ? Optional.of(new NewDatabase(scripts, statements(text)))
          : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + resource, e);
    }
  }

  /** Names the scripts that the file was made from. */
  static String firstLine(MigrationScripts scripts) {
    CRC32 crc = new CRC32();
    for (MigrationScripts.Script script : scripts.scripts()) {
      crc.update((script.name() + " " + script.checksum()).getBytes(StandardCharsets.UTF_8));
    }
    return "-- V1 to V%s, %08x\n".formatted(scripts.scripts().getLast().version(), crc.getValue());
  }

  private static List<String> statements(String text) {
    return Stream.of(text.split(";\\R"))
        .map(statement -> statement.replaceAll("(?m)^--.*\\R", "").strip())
        .filter(statement -> !statement.isEmpty())
        .toList();
  }

  /**
   * Makes all tables in an empty database, then their first rows and Flyway's history in one
   * transaction: a database that was left half made holds no row.
   */
  void make(Connection connection, String database, Map<String, String> placeholders)
      throws SQLException {
    connection.setCatalog(database);
    connection.setAutoCommit(false); // which MySQL's DDL does not mind
    try (Statement statement = connection.createStatement()) {
      for (String template : statements) {
        String sql = template;
        for (Map.Entry<String, String> placeholder : placeholders.entrySet()) {
          sql = sql.replace("${" + placeholder.getKey() + "}", placeholder.getValue());
        }
        statement.executeUpdate(sql);
      }
    }
    writeHistory(connection);
    connection.commit();
    connection.setAutoCommit(true);
  }

  private void writeHistory(Connection connection) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            INSERT INTO flyway_schema_history
              (installed_rank, version, description, type, script, checksum, installed_by,
               execution_time, success)
            VALUES (?, ?, ?, 'SQL', ?, ?, SUBSTRING_INDEX(USER(), '@', 1), 0, TRUE)
            """)) {
      int rank = 0;
      for (MigrationScripts.Script script : scripts.scripts()) {
        insert.setInt(1, ++rank);
        insert.setString(2, script.version());
        insert.setString(3, script.description());
        insert.setString(4, script.name());
        insert.setInt(5, script.checksum());
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }
}
