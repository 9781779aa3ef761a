package io.usercenter.shard;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * The versioned scripts of one folder on the classpath, and whether a database has had them all.
 * Flyway needs about a hundred milliseconds to find out that it has nothing to do; its history
 * table tells it in one query.
 */
final class MigrationScripts {
  private static final Pattern SCRIPT = Pattern.compile("V([0-9]+)__([A-Za-z0-9_]+)\\.sql");

  /** ER_BAD_DB_ERROR and ER_NO_SUCH_TABLE. */
  private static final List<Integer> NOTHING_THERE = List.of(1049, 1146);

  /** Where the scripts of the shards are. */
  static final String SHARD = "sql/shard";

  /** Where those of the admin database are. */
  static final String ADMIN = "sql/admin";

  private final String folder;
  private final List<Script> scripts;

  private MigrationScripts(String folder, List<Script> scripts) {
    this.folder = folder;
    this.scripts = scripts;
  }

  /**
   * A script, as Flyway's history has it.
   *
   * @param description the words of its name
   * @param name of the file
   * @param checksum as Flyway computes it
   */
  record Script(String version, String description, String name, int checksum) {}

  /** In the order of their versions. */
  List<Script> scripts() {
    return scripts;
  }

  /** Reads a folder such as {@code sql/shard}. */
  static MigrationScripts read(String folder) {
    ClassLoader loader = MigrationScripts.class.getClassLoader();
    Map<Integer, Script> scripts = new TreeMap<>();
    for (String name : names(loader, folder)) {
      Matcher script = SCRIPT.matcher(name);
      if (script.matches()) {
        String version = script.group(1);
        scripts.put(
            Integer.valueOf(version),
            new Script(
                version,
                script.group(2).replace('_', ' '),
                name,
                checksum(loader, folder + "/" + name)));
      }
    }
    if (scripts.isEmpty()) {
      throw new IllegalStateException("there are no migrations on the classpath in " + folder);
    }
    return new MigrationScripts(folder, List.copyOf(scripts.values()));
  }

  private static List<String> names(ClassLoader loader, String folder) {
    URL url = loader.getResource(folder);
    if (url == null) {
      throw new IllegalStateException("there is no " + folder + " on the classpath");
    }
    try {
      if (url.openConnection() instanceof JarURLConnection jar) {
        String prefix = folder + "/";
        return jar.getJarFile().stream()
            .map(entry -> entry.getName())
            .filter(name -> name.startsWith(prefix))
            .map(name -> name.substring(prefix.length()))
            .toList();
      }
      try (Stream<Path> files = Files.list(Path.of(URI.create(url.toString())))) {
        return files.map(file -> file.getFileName().toString()).toList();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + url, e);
    }
  }

  /** CRC-32 over the lines without their ends, so that line ends do not matter. */
  private static int checksum(ClassLoader loader, String resource) {
    CRC32 crc = new CRC32();
    try (InputStream in = loader.getResourceAsStream(resource);
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        crc.update(line.getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + resource, e);
    }
    return (int) crc.getValue();
  }

  /** Such as {@code sql/shard}. */
  String folder() {
    return folder;
  }

  /** As Flyway names the place. */
  String location() {
    return "classpath:" + folder;
  }

  /** Whether every script was applied to the database as it is here. */
  boolean appliedTo(Connection connection, String database) throws SQLException {
    Map<String, Applied> history = history(connection, database);
    return history.values().stream().allMatch(Applied::success)
        && scripts.stream()
            .allMatch(
                script -> {
                  Applied applied = history.get(script.version());
                  return applied != null && applied.checksum() == script.checksum();
                });
  }

  /** What a process that must not migrate misses; empty if nothing. Newer schemas are fine. */
  Optional<String> lackingIn(Connection connection, String database) throws SQLException {
    Map<String, Applied> history = history(connection, database);
    if (history.isEmpty()) {
      return Optional.of("it was never migrated");
    }
    return scripts.stream()
        .map(Script::version)
        .filter(
            version -> {
              Applied applied = history.get(version);
              return applied == null || !applied.success();
            })
        .findFirst()
        .map(
            version -> "its schema is older than this program: version " + version + " is missing");
  }

  private record Applied(int checksum, boolean success) {}

  /** By version; empty if nothing was ever applied. */
  private static Map<String, Applied> history(Connection connection, String database)
      throws SQLException {
    Map<String, Applied> history = new HashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT version, checksum, success FROM "
                    + database
                    + ".flyway_schema_history WHERE version IS NOT NULL")) {
      while (row.next()) {
        history.put(row.getString(1), new Applied(row.getInt(2), row.getBoolean(3)));
      }
      return history;
    } catch (SQLException e) {
      if (NOTHING_THERE.contains(e.getErrorCode())) {
        return Map.of();
      }
      throw e;
    }
  }
}
