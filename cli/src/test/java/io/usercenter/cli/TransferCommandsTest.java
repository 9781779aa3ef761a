package io.usercenter.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.usercenter.id.GeneFunction;
import io.usercenter.shard.DatabasePassword;
import io.usercenter.shard.DatabaseSettings;
import io.usercenter.shard.ShardMigrations;
import io.usercenter.shard.ShardPools;
import io.usercenter.shard.ShardScatter;
import io.usercenter.shard.ShardTopology;
import io.usercenter.shard.Shards;
import io.usercenter.testkit.Backends;
import io.usercenter.testkit.MySqlServer;
import io.usercenter.testkit.ThisJvm;
import io.usercenter.transfer.ImportJob;
import io.usercenter.transfer.ImportJobs;
import io.usercenter.transfer.ImportProgress;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/**
 * Goal: whoever types {@code ./uc import} or {@code ./uc export} learns from exit code and text
 * what was done and what to do next. Method: the commands as processes of their own, on real MySQL.
 */
class TransferCommandsTest {
  private static final String COLUMNS = "username,password_hash,channel,created,roles\n";
  private static final String HASH = "$md5$salt=kX7$a6e9c383c164bc91b24617c73f9c23ba";

  private static MySqlServer mysql;
  private static ShardPools pools;
  @TempDir Path folder;

  @BeforeAll
  static void start() throws InterruptedException {
    mysql = Backends.newMySql();
    Shards shards = new Shards(GeneFunction.CRC32);
    DatabaseSettings settings =
        DatabaseSettings.of(
            ShardTopology.parse(mysql.address()),
            mysql.user(),
            new DatabasePassword(mysql.password()));
    assertThat(new ShardMigrations(settings, shards).migrateAll((_, _, _, _) -> {}).complete())
        .isTrue();
    pools = ShardPools.open(settings, shards, null, InstantSource.system());
    assertThat(pools.awaitVerdicts(Duration.ofSeconds(20))).isTrue();
  }

  @AfterAll
  static void stop() {
    pools.close();
  }

  @Test
  void aSampleIsImportedAndExported() throws Exception {
    Path sample = folder.resolve("sample.csv");
    Path exported = folder.resolve("exported");

    assertThat(uc("import", "--sample", "2000", sample.toString()))
        .isEqualTo(
            new Run(
                0,
                sample + " has 2000 accounts; the password of sample-0 is old-password-0\n",
                ""));
    Run imported = uc("import", sample.toString());
    assertThat(imported.out())
        .containsPattern("all +2000 +0\n")
        .contains("2000 lines in ", " lines/s; most memory of this process: ")
        .doesNotContain("rejected, and why");
    assertThat(imported.exit()).isZero();
    Run again = uc("import", sample.toString());
    assertThat(again.out()).contains("import sample.csv is done").containsPattern("all +2000 +0\n");
    assertThat(again.exit()).isZero();

    Run export = uc("export", exported.toString());
    assertThat(export.out()).contains("accounts written to " + exported);
    assertThat(export.exit()).isZero();
    assertThat(mode(exported)).isEqualTo("rwx------");
    List<String> accounts = lines(exported);
    assertThat(accounts.stream().filter(line -> line.contains("\"sample-"))).hasSize(2000);
    assertThat(accounts).noneMatch(line -> line.contains("password_hash"));
    assertThat(uc("export", exported.toString()).exit()).isZero();
    assertThat(lines(exported)).isEqualTo(accounts);

    assertThat(uc("export", "--with-password-hashes", exported.toString()))
        .isEqualTo(
            new Run(
                1,
                "",
                "uc: %s holds an export without password hashes; go on with the same options, or choose another folder\n"
                    .formatted(exported)));
  }

  @Test
  void theReportTellsWhatWasRejectedAndWhy() throws Exception {
    Path file = folder.resolve("report.csv");
    String role =
        "\"[{\"\"serverId\"\":\"\"s1\"\",\"\"roleId\"\":\"\"report\"\",\"\"name\"\":\"\"A\"\",\"\"level\"\":1}]\"";
    Files.writeString(
        file,
        COLUMNS
            + "report-1,%s,old,2019-03-01,%s\n".formatted(HASH, role)
            + "report-2,%s,old,2019-03-01,{}\n".formatted(HASH)
            + "REPORT-1,%s,old,2019-03-01,\n".formatted(HASH)
            + "report-3,%s,old,2019-03-01\n".formatted(HASH));

    Run stopped = uc("import", "--max-rejects", "0", "--batch", "1", file.toString());
    assertThat(stopped.exit()).isEqualTo(1);
    assertThat(stopped.out())
        .endsWith(
            """
            stopped: more than 0 lines were rejected
            Start the same command again to go on from here; nothing is imported twice.
            """);

    Run done = uc("import", file.toString());
    assertThat(done.exit()).isZero();
    assertThat(done.err()).isEmpty();
    assertThat(done.out())
        .containsPattern("all +1 +3\n")
        .containsPattern(" 1  DUPLICATE_IN_FILE\n +1  ROLE_INVALID\n +1  WRONG_FIELD_COUNT\n")
        .endsWith("the lines that were rejected, and why: " + file + ".rejects.ndjson\n");
    assertThat(Files.readAllLines(Path.of(file + ".rejects.ndjson")))
        .containsExactly(
            "{\"line\":3,\"code\":\"ROLE_INVALID\",\"message\":\"roles must be a JSON array of"
                + " objects\"}",
            "{\"line\":4,\"code\":\"DUPLICATE_IN_FILE\",\"message\":\"line 2 has the same"
                + " username\"}",
            "{\"line\":5,\"code\":\"WRONG_FIELD_COUNT\",\"message\":\"4 fields, there are 5"
                + " columns\"}");

    Files.writeString(file, COLUMNS);
    Run other = uc("import", file.toString());
    assertThat(other.exit()).isEqualTo(1);
    assertThat(other.err())
        .contains("report.csv is about another file", "give it another name: --name NAME");
    Run unusable = uc("import", "--name", "unusable", "--format", "ndjson", file.toString());
    assertThat(unusable.exit()).isZero();
    assertThat(unusable.out()).containsPattern(" 1  MALFORMED\n");
  }

  @Test
  void ctrlCStopsBetweenTwoTransactionsAndTheNextRunGoesOn() throws Exception {
    int players = 60_000;
    Path file = folder.resolve("stopped.csv");
    List<String> lines = new ArrayList<>(List.of(COLUMNS.strip()));
    for (int i = 0; i < players; i++) {
      lines.add("stopped-%d,%s,old,2019-03-01,".formatted(i, HASH));
    }
    Files.write(file, lines);
    Process process = start("import", "--batch", "20", "--parallel", "2", file.toString());
    while (imported("stopped.csv") == 0 && process.isAlive()) {
      assertThat(process.waitFor(Duration.ofMillis(20))).isFalse();
    }
    assertThat(new ProcessBuilder("kill", "-INT", "" + process.pid()).start().waitFor()).isZero();

    Run stopped = ended(process);
    assertThat(stopped.exit()).isEqualTo(130);
    assertThat(stopped.out())
        .contains("to be continued")
        .endsWith(
            """
            stopped: Ctrl-C
            Start the same command again to go on from here; nothing is imported twice.
            """);
    assertThat(imported("stopped.csv")).isBetween(1L, players - 1L);
    Run done = uc("import", file.toString());
    assertThat(done.exit()).isZero();
    assertThat(done.out()).containsPattern("all +%d +0\n".formatted(players));
    assertThat(imported("stopped.csv")).isEqualTo(players);
  }

  @Test
  void aDatabaseThatIsAwayIsSaidWithoutATrace() throws Exception {
    Path file = Files.writeString(folder.resolve("away.csv"), COLUMNS);
    for (List<String> command :
        List.of(
            List.of("import", file.toString()),
            List.of("export", folder.resolve("away").toString()))) {
      ProcessBuilder builder = builder(command.toArray(String[]::new));
      builder.environment().put("UC_DB_INSTANCES", "127.0.0.1:1");

      Run run = ended(builder.start());

      assertThat(run.exit()).isEqualTo(1);
      assertThat(run.err())
          .contains("uc: the databases cannot be used. Does ./uc up run?")
          .doesNotContain("\tat ");
    }
  }

  @Test
  void anExportThatCannotWriteSaysWhyAndWhatToDo() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThat(uc("export", file.toString()))
        .isEqualTo(
            new Run(
                1,
                "",
                "uc: cannot write to %s: %s is not a folder. Start the same command again when that is mended: it goes on\n"
                    .formatted(file, file)));

    Path full = Path.of("/dev/full"); // always without space, see full(4)
    assumeTrue(Files.exists(full));
    Path onFullDisk = Files.createDirectory(folder.resolve("on-full-disk"));
    Files.writeString(folder.resolve("one.csv"), COLUMNS + oneLine());
    assertThat(uc("import", folder.resolve("one.csv").toString()).exit()).isZero();
    for (int shard = 0; shard < 32; shard++) {
      Files.createSymbolicLink(onFullDisk.resolve("accounts-%02d.ndjson".formatted(shard)), full);
    }
    assertThat(uc("export", onFullDisk.toString()))
        .isEqualTo(
            new Run(
                1,
                "",
                "uc: cannot write to %s: No space left on device. Start the same command again when that is mended: it goes on\n"
                    .formatted(onFullDisk)));
  }

  private static String oneLine() {
    return "full-disk,%s,old,2019-03-01,\n".formatted(HASH);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "import                            | Missing required parameter: 'FILE'",
        "export                            | Missing required parameter: 'FOLDER'",
        "import --sample 0 FILE            | --sample must be 1 to 100000000, was 0",
        "import --batch 0 FILE             | rowsPerTransaction must be 1 to 1000, was 0",
        "import --parallel 33 FILE         | parallel must be 1 to 32, was 33",
        "import --max-rejects -1 FILE      | maxRejects must be 0 to 9223372036854775807, was -1",
        "import --format xml FILE          | --format must be csv or ndjson",
        "import FILE                       | the name of the file does not tell its --format",
        "import --name a/b FILE            | the name of an import is 1 to 64 of A-Z a-z 0-9 . _ -;"
            + " give one by --name",
        "import --frmat csv FILE           | Unknown options: '--frmat'",
        "export --with-hashes FOLDER       | Unknown option: '--with-hashes'",
      })
  void aCommandLineThatMakesNoSenseIsRefused(String line, String message) throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    StringWriter err = new StringWriter();
    CommandLine uc = Main.commandLine().setErr(new PrintWriter(err));

    assertThat(uc.execute(line.replace("FILE", file.toString()).split(" "))).isEqualTo(2);
    assertThat(err.toString()).startsWith("uc: " + message);
  }

  @Test
  void aFileThatIsNotThereIsSaid() {
    StringWriter err = new StringWriter();
    CommandLine uc = Main.commandLine().setErr(new PrintWriter(err));

    assertThat(uc.execute("import", folder.resolve("none.csv").toString())).isEqualTo(1);
    assertThat(uc.execute("import", folder.toString())).isEqualTo(1);
    assertThat(err.toString())
        .isEqualTo(
            "uc: cannot read %s%nuc: cannot read %s%n"
                .formatted(folder.resolve("none.csv"), folder));
  }

  /** How a process ended. */
  private record Run(int exit, String out, String err) {}

  private Run uc(String... arguments) throws IOException, InterruptedException {
    return ended(start(arguments));
  }

  private Process start(String... arguments) throws IOException {
    return builder(arguments).start();
  }

  private ProcessBuilder builder(String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                ThisJvm.java(),
                "-Xmx256m",
                "-Duc.home=" + folder.resolve("home"),
                "-cp",
                ThisJvm.classPath(),
                Main.class.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(folder.resolve("out").toFile())
            .redirectError(folder.resolve("err").toFile());
    builder.environment().put("UC_DB_INSTANCES", mysql.address());
    builder.environment().put("UC_DB_USER", mysql.user());
    builder.environment().put("UC_DB_PASSWORD", mysql.password());
    return builder;
  }

  private Run ended(Process process) throws IOException, InterruptedException {
    int exit = process.waitFor();
    return new Run(
        exit, Files.readString(folder.resolve("out")), Files.readString(folder.resolve("err")));
  }

  private static long imported(String name) throws Exception {
    Optional<ImportJob> job = new ImportJobs(pools.admin(), InstantSource.system()).byName(name);
    return job.isEmpty()
        ? 0
        : ImportProgress.of(new ShardScatter(pools), job.get().jobId()).imported();
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private static List<String> lines(Path exported) throws IOException {
    List<String> lines = new ArrayList<>();
    try (Stream<Path> files = Files.list(exported)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".ndjson")).sorted().toList()) {
        assertThat(mode(file)).isEqualTo("rw-------");
        lines.addAll(Files.readAllLines(file));
      }
    }
    return lines;
  }
}
