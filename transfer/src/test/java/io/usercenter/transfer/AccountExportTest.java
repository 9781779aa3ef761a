package io.usercenter.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.usercenter.id.Shard;
import io.usercenter.shard.Shards;
import io.usercenter.testkit.Backends;
import io.usercenter.testkit.MySqlServer;
import io.usercenter.testkit.ThisJvm;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Goal: an export has every account once, whatever happens to it, and another system of the same
 * kind makes the same accounts of it. Method: two sets of 32 shards on real MySQL, a child process
 * that gets SIGKILL, and files cut off at any byte.
 */
class AccountExportTest {
  private static final int PLAYERS = 20_000;
  private static final String HASH = "$md5$salt=kX7$a6e9c383c164bc91b24617c73f9c23ba";
  private static final Set<String> NOT_IMPORTED = Set.of("user_id", "status", "last_login");
  private static final JsonMapper JSON = new JsonMapper();

  private static MySqlServer mysql;
  private static ImportWorld world;
  @TempDir static Path folder;
  private static Path whole;

  @BeforeAll
  static void start() throws Exception {
    mysql = Backends.newMySql();
    world = new ImportWorld(mysql.address(), mysql.user(), mysql.password(), true);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < PLAYERS; i++) {
      List<String> roles = new ArrayList<>();
      for (int k = 0; k < (i == 0 ? 100 : i % 3); k++) {
        roles.add(
            "{\"serverId\":\"s%d\",\"roleId\":\"r-%d\",\"name\":\"小明 \\\"%d\",\"level\":%d,\"job\":\"mage\",\"power\":%d%s}"
                .formatted(
                    k,
                    i,
                    k,
                    i,
                    Long.MAX_VALUE - i,
                    k == 0
                        ? ",\"createdAt\":\"2019-03-01T12:30:00.125Z\",\"lastLoginAt\":\"2020-01-01\""
                        : ""));
      }
      lines.add(
          "{\"username\":\"player-%d\",\"display_name\":\"Player, \\\"%d\\\" 🐎\",\"password_hash\":\"%s\",\"channel\":\"old\",\"created\":\"2019-03-01T12:30:00.125Z\",\"roles\":%s}"
              .formatted(i, i, HASH, roles));
    }
    Path file = Files.write(folder.resolve("players.ndjson"), lines);
    assertThat(world.run("players", FileFormat.NDJSON, file, ImportWorld.SETTINGS))
        .isEqualTo(new ImportOutcome.Done());
    whole = Files.createDirectory(folder.resolve("whole"));
    AccountExport export = export(world, true, whole);
    assertThat(export.accounts()).isEqualTo(PLAYERS);
  }

  @AfterAll
  static void stop() {
    world.close();
  }

  @Test
  void whatAnExportHasCanBeImportedElsewhere() throws Exception {
    MySqlServer other = Backends.newMySql();
    try (ImportWorld elsewhere =
        new ImportWorld(other.address(), other.user(), other.password(), true)) {
      Path all = folder.resolve("all.ndjson");
      Files.write(all, lines(whole));
      ImportSettings settings = new ImportSettings(250, 4, 0, Duration.ofSeconds(20), NOT_IMPORTED);

      assertThat(elsewhere.run("all", FileFormat.NDJSON, all, settings))
          .isEqualTo(new ImportOutcome.Done());

      Path again = Files.createDirectory(folder.resolve("again"));
      export(elsewhere, true, again);
      assertThat(elsewhere.progress("all").imported()).isEqualTo(PLAYERS);
      assertThat(imported(again)).isEqualTo(imported(whole)).hasSize(PLAYERS);
    }
  }

  @Test
  void aLineHasAllOfAnAccount() throws IOException {
    ObjectNode first =
        lines(whole).stream()
            .map(line -> (ObjectNode) JSON.readTree(line))
            .filter(account -> account.path("username").stringValue().equals("player-4"))
            .findFirst()
            .orElseThrow();

    assertThat(first.remove("user_id").stringValue()).matches("[0-9]{15,19}");
    assertThat(first.toString())
        .isEqualTo(
            "{\"username\":\"player-4\",\"display_name\":\"Player, \\\"4\\\""
                + " 🐎\",\"channel\":\"old\",\"created\":\"2019-03-01T12:30:00.125Z\",\"status\":\"ACTIVE\",\"password_hash\":\""
                + HASH
                + "\",\"roles\":[{\"serverId\":\"s0\",\"roleId\":\"r-4\",\"name\":\"小明"
                + " \\\"0\",\"level\":4,\"job\":\"mage\",\"power\":9223372036854775803,\"channel\":\"\",\"createdAt\":\"2019-03-01T12:30:00.125Z\",\"lastLoginAt\":\"2020-01-01T00:00:00Z\"}]}");
  }

  @Test
  void hashesAreWrittenOnDemandOnly() throws Exception {
    Path plain = Files.createDirectory(folder.resolve("plain"));

    export(world, false, plain);

    assertThat(lines(plain)).hasSize(PLAYERS).noneMatch(line -> line.contains("password_hash"));
  }

  @Test
  void anExportThatIsKilledGoesOnWhereItWas() throws Exception {
    boolean inTheMiddle = false;
    for (int attempt = 0; attempt < 20 && !inTheMiddle; attempt++) {
      Path killed = Files.createDirectory(folder.resolve("killed-" + attempt));
      Process child = child(killed);
      while (child.isAlive() && bytes(killed) < bytes(whole) / 4) {
        assertThat(child.waitFor(Duration.ofMillis(1))).isFalse();
      }
      child.destroyForcibly().waitFor();
      inTheMiddle = bytes(killed) < bytes(whole);
      export(world, true, killed);
      assertThat(lines(killed)).isEqualTo(lines(whole));
    }
    assertThat(inTheMiddle).as("a child was killed before its end").isTrue();
  }

  @Test
  void aFileThatEndsAnywhereIsCompleted() throws Exception {
    Shard shard = new Shard(7);
    byte[] all = Files.readAllBytes(file(whole, shard));
    Path cut = Files.createDirectory(folder.resolve("cut"));
    Random random = new Random(3);
    List<Integer> ends = new ArrayList<>(List.of(0, 1, all.length - 1, all.length));
    for (int i = 0; i < 30; i++) {
      ends.add(random.nextInt(all.length));
    }
    for (int end : ends) {
      Files.write(file(cut, shard), Arrays.copyOf(all, end));

      assertThat(new AccountExport(world.pools, true).write(shard, file(cut, shard))).isTrue();

      assertThat(Files.readAllBytes(file(cut, shard))).as("cut at %d", end).isEqualTo(all);
    }
  }

  @Test
  void onlyItsOwnerMayReadIt() throws Exception {
    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(file(whole, new Shard(0)))))
        .isEqualTo("rw-------");
  }

  @Test
  void whatIsNoExportIsLeftAsItIs() throws IOException {
    Path other = Files.writeString(folder.resolve("other.ndjson"), "{\"a\":1}\n");
    Path endless = folder.resolve("endless.ndjson");
    try (RandomAccessFile file = new RandomAccessFile(endless.toFile(), "rw")) {
      file.setLength(1L << 27); // sparse
      file.seek((1L << 27) - 1);
      file.write('\n');
    }

    for (Path file : List.of(other, endless)) {
      long size = Files.size(file);
      assertThatThrownBy(() -> new AccountExport(world.pools, true).write(new Shard(0), file))
          .isInstanceOf(IOException.class)
          .hasMessage(file + " holds something else than an export of accounts");
      assertThat(Files.size(file)).isEqualTo(size);
    }
    Files.delete(endless);
  }

  @Test
  void aFullDiskIsTold() throws IOException {
    Path full = Path.of("/dev/full"); // always without space, see full(4)
    assumeTrue(Files.exists(full));
    Path link = Files.createSymbolicLink(folder.resolve("full.ndjson"), full);

    assertThatThrownBy(() -> new AccountExport(world.pools, true).write(new Shard(0), link))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("No space left on device");
  }

  private static AccountExport export(ImportWorld from, boolean withHashes, Path to)
      throws IOException, SQLException {
    AccountExport export = new AccountExport(from.pools, withHashes);
    for (Shard shard : Shards.all()) {
      assertThat(export.write(shard, file(to, shard))).isTrue();
    }
    return export;
  }

  private static Path file(Path in, Shard shard) {
    return in.resolve("accounts-" + shard + ".ndjson");
  }

  private static List<String> lines(Path in) throws IOException {
    List<String> lines = new ArrayList<>();
    for (Shard shard : Shards.all()) {
      lines.addAll(Files.readAllLines(file(in, shard)));
    }
    return lines;
  }

  /** What an import takes over, in the order of the names. */
  private static List<String> imported(Path in) throws IOException {
    return lines(in).stream()
        .map(
            line -> {
              ObjectNode account = (ObjectNode) JSON.readTree(line);
              NOT_IMPORTED.forEach(account::remove);
              return account.toString();
            })
        .sorted()
        .toList();
  }

  private static long bytes(Path in) throws IOException {
    long bytes = 0;
    try (Stream<Path> files = Files.list(in)) {
      for (Path file : files.toList()) {
        bytes += Files.size(file);
      }
    }
    return bytes;
  }

  private static Process child(Path to) throws IOException {
    return new ProcessBuilder(
            ThisJvm.java(),
            "-Xmx128m",
            "-cp",
            ThisJvm.classPath(),
            AccountExportTest.class.getName(),
            mysql.address(),
            mysql.user(),
            mysql.password(),
            to.toString())
        .inheritIO()
        .start();
  }

  /** The child that gets killed. Arguments: instances, user, password, folder. */
  public static void main(String[] arguments) throws Exception {
    try (ImportWorld from = new ImportWorld(arguments[0], arguments[1], arguments[2], false)) {
      export(from, true, Path.of(arguments[3]));
    }
  }
}
