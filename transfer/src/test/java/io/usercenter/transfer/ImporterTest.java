package io.usercenter.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.id.Username;
import io.usercenter.id.UsernameRules;
import io.usercenter.role.Role;
import io.usercenter.role.RoleDirectory;
import io.usercenter.role.RoleOutcome;
import io.usercenter.role.RoleStore;
import io.usercenter.roleevent.RoleEvent;
import io.usercenter.roleevent.RoleId;
import io.usercenter.roleevent.RolePicture;
import io.usercenter.roleevent.RoleVersion;
import io.usercenter.roleevent.ServerId;
import io.usercenter.shard.Shards;
import io.usercenter.testkit.Backends;
import io.usercenter.testkit.MySqlServer;
import io.usercenter.testkit.ThisJvm;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: every line of a file is an account in its shard or a reject, exactly once, however often
 * the import is killed. Method: real MySQL, and a child process that gets SIGKILL in the middle.
 */
class ImporterTest {
  private static final int PLAYERS = 20_000;
  private static final String HASH = "$md5$salt=kX7$a6e9c383c164bc91b24617c73f9c23ba";

  private static MySqlServer mysql;
  private static ImportWorld world;
  @TempDir Path folder;

  @BeforeAll
  static void start() throws InterruptedException {
    mysql = Backends.mysql();
    world = new ImportWorld(mysql.address(), mysql.user(), mysql.password(), true);
  }

  @AfterAll
  static void stop() {
    world.close();
  }

  @Test
  void anImportThatIsKilledTwiceIsContinuedWithoutGapsAndDoubles() throws Exception {
    character(register("taken-before"), "owned-before", 1);
    Expected expected = new Expected();
    List<String> lines = new ArrayList<>();
    for (int i = 1; i <= PLAYERS; i++) {
      String name =
          switch (i % 1000) {
            case 7 -> "no good";
            case 8 -> "Killed-" + (i - 8 + 1); // seven lines before, in another spelling
            case 9 -> i == 9 ? "taken-before" : "killed-" + i;
            default -> "killed-" + i;
          };
      List<String> characters = new ArrayList<>();
      for (int k = 0; k < i % 4; k++) {
        characters.add("killed-" + i + "-" + k);
      }
      if (i % 1000 == 11) {
        characters.add("owned-before");
      }
      lines.add(i % 1000 == 10 ? "{" : line(name, characters));
      expected.count(i, name, i % 1000 == 10, characters);
    }
    Path file = file("killed.ndjson", lines);

    for (int kill = 1; kill <= 2; kill++) {
      Process child = child("killed", file);
      long enough = kill * (PLAYERS / 4L);
      while (imported("killed") < enough && child.isAlive()) {
        assertThat(child.waitFor(Duration.ofMillis(5))).isFalse();
      }
      child.destroyForcibly().waitFor();
      assertThat(imported("killed")).isBetween(enough, PLAYERS - 1000L);
    }
    assertThat(child("killed", file).waitFor()).isZero();

    ImportProgress progress = world.progress("killed");
    assertThat(progress.rejects())
        .isEqualTo(
            Map.of(
                "USERNAME_INVALID", 20L,
                "DUPLICATE_IN_FILE", 20L,
                "NAME_TAKEN", 1L,
                "ROLE_TAKEN", 20L,
                "MALFORMED", 20L));
    assertThat(progress.imported()).isEqualTo(PLAYERS - 81);
    long jobId = world.jobs.byName("killed").orElseThrow().jobId();
    SortedMap<Shard, Long> inShards = new TreeMap<>();
    Map<String, Long> linesByName = new HashMap<>();
    Map<String, Long> lineByUser = new HashMap<>();
    for (Shard shard : Shards.all()) {
      try (Connection connection = world.pools.of(shard).getConnection();
          PreparedStatement select =
              connection.prepareStatement(
                  "SELECT user_id, username, import_line FROM user WHERE import_job = ?")) {
        select.setLong(1, jobId);
        try (ResultSet rows = select.executeQuery()) {
          while (rows.next()) {
            inShards.merge(shard, 1L, Long::sum);
            linesByName.put(rows.getString(2), rows.getLong(3));
            lineByUser.put(rows.getString(1), rows.getLong(3));
            Username name = Username.ofCanonical(rows.getString(2));
            assertThat(new UserId(rows.getLong(1)).gene()).isEqualTo(world.shards.gene(name));
          }
        }
      }
    }
    assertThat(inShards).isEqualTo(expected.accounts);
    assertThat(linesByName).isEqualTo(expected.lines);
    SortedMap<String, String> owners = owners("role", "killed-%");
    assertThat(owners.keySet()).isEqualTo(expected.characters.keySet());
    owners.replaceAll((_, user) -> String.valueOf(lineByUser.get(user)));
    assertThat(owners).isEqualTo(expected.characters);
    assertThat(owners("role_locator", "killed-%")).isEqualTo(owners("role", "killed-%"));
    progress
        .shards()
        .forEach(
            (shard, of) -> {
              assertThat(of.imported()).isEqualTo(inShards.get(shard));
              assertThat(of.complete()).isTrue();
              assertThat(of.line()).isEqualTo(PLAYERS);
            });
    List<Reject> rejects = new Rejects(world.scatter).page(jobId, 0, 1000);
    assertThat(rejects).hasSize(81).isSortedAccordingTo((a, b) -> Long.compare(a.line(), b.line()));
    assertThat(rejects.subList(0, 5))
        .extracting(Reject::line, Reject::code)
        .containsExactly(
            tuple(7L, RejectCode.USERNAME_INVALID),
            tuple(8L, RejectCode.DUPLICATE_IN_FILE),
            tuple(9L, RejectCode.NAME_TAKEN),
            tuple(10L, RejectCode.MALFORMED),
            tuple(11L, RejectCode.ROLE_TAKEN));
    assertThat(rejects.get(1).message()).isEqualTo("line 1 has the same username");
  }

  /** What must be in the shards in the end. */
  private static final class Expected {
    final SortedMap<Shard, Long> accounts = new TreeMap<>();
    final Map<String, Long> lines = new HashMap<>();
    final SortedMap<String, String> characters = new TreeMap<>();

    void count(long line, String typed, boolean malformed, List<String> theirs) {
      if (malformed
          || typed.equals("no good")
          || typed.equals("taken-before")
          || theirs.contains("owned-before")) {
        return;
      }
      Username name = UsernameRules.standard().parse(typed);
      if (lines.putIfAbsent(name.canonical(), line) == null) {
        accounts.merge(world.shards.of(name), 1L, Long::sum);
        theirs.forEach(id -> characters.put(id, String.valueOf(line)));
      }
    }
  }

  @Test
  void aCharacterIsOfOneAccountOnly() throws Exception {
    String before = register("unique-0");
    character(before, "unique-held", 3);
    character(before, "unique-gone", 3);
    List<String> lines = new ArrayList<>();
    lines.add(line("unique-1", List.of("unique-a", "unique-held")));
    lines.add(line("unique-2", List.of("unique-gone")));
    for (int i = 3; i < 103; i++) { // over all shards, at the same time
      lines.add(line("unique-" + i, List.of("unique-one", "unique-own-" + i)));
    }
    lines.add(line("unique-1", List.of("unique-b")));
    lines.add(line("unique-1", List.of("unique-b")));

    assertThat(run("unique", file("unique.ndjson", lines))).isEqualTo(new ImportOutcome.Done());

    assertThat(world.progress("unique").rejects())
        .isEqualTo(Map.of("ROLE_TAKEN", 101L, "DUPLICATE_IN_FILE", 1L));
    assertThat(count("unique-%")).isEqualTo(3);
    SortedMap<String, String> owners = owners("role", "unique-%");
    assertThat(owners).hasSize(5).containsEntry("unique-held", before).containsKey("unique-b");
    assertThat(owners("role_locator", "unique-%")).isEqualTo(owners);
    long jobId = world.jobs.byName("unique").orElseThrow().jobId();
    assertThat(new Rejects(world.scatter).page(jobId, 0, 1).getFirst().message())
        .isEqualTo("roles[1] belongs to another account, here or on another line");
  }

  @Test
  void whatAGameServerTellsIsNewerThanTheFile() throws Exception {
    run("newer", file("newer.ndjson", List.of(line("newer-1", List.of("newer-a", "newer-b")))));
    String imported = owners("role", "newer-%").getOrDefault("newer-a", "");
    String other = register("newer-2");
    RoleDirectory directory = new RoleDirectory(world.pools, world.shards);
    UserId user = UserId.parse(imported);
    assertThat(directory.of(user).roles())
        .hasSize(2)
        .allSatisfy(
            role -> {
              assertThat(role.name()).isEqualTo("Ayla");
              assertThat(role.level()).isEqualTo(31);
              assertThat(role.version()).isEqualTo(RoleVersion.NONE);
              assertThat(role.createdAt()).isEqualTo(Instant.parse("2015-01-01T00:00:00Z"));
              assertThat(role.lastLoginAt()).isEqualTo(Instant.parse("2016-05-04T03:02:01Z"));
            });

    character(imported, "newer-a", 1);
    character(other, "newer-b", 1);

    assertThat(directory.of(user).roles())
        .extracting(role -> role.roleId().value(), Role::level, role -> role.version().revision())
        .containsExactly(tuple("newer-a", 77, 1L)); // newer-b is another account's now
    assertThat(owners("role_locator", "newer-%"))
        .isEqualTo(new TreeMap<>(Map.of("newer-a", imported, "newer-b", other)));
  }

  @Test
  void ofTwoRunsAtOnceNeitherLosesNorDoublesAnything() throws Exception {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 4_000; i++) {
      lines.add(line("twice-" + i, List.of("twice-" + i)));
    }
    Path file = file("twice.ndjson", lines);
    Process one = child("twice", file);
    Process other = child("twice", file);
    one.waitFor();
    other.waitFor();

    assertThat(run("twice", file)).isEqualTo(new ImportOutcome.Done());

    assertThat(world.progress("twice").rejected()).isZero();
    assertThat(world.progress("twice").imported()).isEqualTo(4_000);
    assertThat(count("twice-%")).isEqualTo(4_000);
    assertThat(owners("role", "twice-%")).hasSize(4_000);
    assertThat(owners("role_locator", "twice-%")).isEqualTo(owners("role", "twice-%"));
  }

  @Test
  void aFinishedImportThatIsRunAgainChangesNothing() throws Exception {
    Path file = file("again.ndjson", List.of(line("again-1"), line("again-2"), line("again-1")));

    assertThat(run("again", file)).isEqualTo(new ImportOutcome.Done());
    ImportProgress first = world.progress("again");
    assertThat(run("again", file)).isEqualTo(new ImportOutcome.Done());

    assertThat(first.imported()).isEqualTo(2);
    assertThat(first.rejects()).isEqualTo(Map.of("DUPLICATE_IN_FILE", 1L));
    assertThat(world.progress("again")).isEqualTo(first);
    assertThat(count("again-%")).isEqualTo(2);
  }

  @Test
  void theSameFileUnderAnotherNameFindsAllNamesTaken() throws Exception {
    Path file = file("first.ndjson", List.of(line("first-1"), line("first-2")));

    run("first", file);
    run("second", file);

    assertThat(world.progress("second").rejects()).isEqualTo(Map.of("NAME_TAKEN", 2L));
    assertThat(count("first-%")).isEqualTo(2);
  }

  @Test
  void aNameThatSomebodyTookByRenamingIsTaken() throws Exception {
    identity("renamed-to", "'CONFIRMED', 0, NULL");
    identity("given-up", "'RELEASED', 0, UTC_TIMESTAMP(3) + INTERVAL 1 DAY");
    identity("long-free", "'RELEASED', 0, UTC_TIMESTAMP(3) - INTERVAL 1 DAY");
    Path file =
        file(
            "renamed.ndjson",
            List.of(line("renamed-to"), line("given-up"), line("long-free"), line("long-free")));

    assertThat(run("renamed", file)).isEqualTo(new ImportOutcome.Done());

    assertThat(world.progress("renamed").rejects())
        .isEqualTo(Map.of("NAME_TAKEN", 2L, "DUPLICATE_IN_FILE", 1L));
    assertThat(count("long-free")).isEqualTo(1);
    assertThat(count("renamed-to") + count("given-up")).isZero();
  }

  private static void identity(String name, String stateFenceUntil) throws SQLException {
    Username username = UsernameRules.standard().parse(name);
    try (Connection connection = world.pools.of(world.shards.of(username)).getConnection();
        Statement insert = connection.createStatement()) {
      insert.executeUpdate(
          "INSERT INTO identity (identity_key, owner_id, state, fence, until) VALUES ('username:%s', 1, %s)"
              .formatted(name, stateFenceUntil));
    }
  }

  @Test
  void aFileThatWasChangedIsRefused() throws Exception {
    run("changed", file("changed.ndjson", List.of(line("changed-1"))));

    assertThatThrownBy(() -> run("changed", file("changed.ndjson", List.of(line("changed-2")))))
        .isInstanceOf(OtherFileException.class)
        .hasMessageContaining("changed is about another file");
    assertThat(count("changed-%")).isEqualTo(1);
  }

  @Test
  void aFileThatChangesWhileItIsReadIsNotCalledDone() throws Exception {
    Path file = file("moving.ndjson", List.of(line("moving-1")));
    FileDigest digest = new FileDigest(Files.size(file), "0".repeat(64));
    ImportJob job =
        world.jobs.ofFile("moving", FileFormat.NDJSON, digest, 1_000_000, "test", "test");
    Importer importer = world.importer(job.jobId(), FileFormat.NDJSON, ImportWorld.SETTINGS);

    assertThatThrownBy(() -> importer.run(digest.verifying(Files.newInputStream(file))))
        .isInstanceOf(IOException.class)
        .hasMessage("the file was changed while it was read");
    assertThat(world.progress("moving").shards().values()).noneMatch(s -> s.complete());
    assertThat(count("moving-%")).isZero();
  }

  @Test
  @Timeout(60)
  void anIdThatIsGivenOutTwiceStopsTheImport() throws Exception {
    UserId taken = UserId.parse(register("has-the-id"));
    Path file = file("same-id.ndjson", List.of(line(nameIn(taken.shard()))));
    FileDigest digest = new FileDigest(Files.size(file), "1".repeat(64));
    ImportJob job =
        world.jobs.ofFile("same-id", FileFormat.NDJSON, digest, 1_000_000, "test", "test");
    Importer importer =
        world.importer(job.jobId(), FileFormat.NDJSON, ImportWorld.SETTINGS, gene -> taken);

    try (InputStream in = Files.newInputStream(file)) {
      assertThat(importer.run(in))
          .isInstanceOfSatisfying(
              ImportOutcome.Stopped.class,
              stopped -> assertThat(stopped.why()).contains("given out twice"));
    }
    assertThat(count("same-id-%")).isZero();
  }

  private static String nameIn(Shard shard) {
    int number = 0;
    while (!world.shards.of(UsernameRules.standard().parse("same-id-" + number)).equals(shard)) {
      number++;
    }
    return "same-id-" + number;
  }

  @Test
  void theWrongFileStopsAfterTheRejectsThatAreAllowed() throws Exception {
    Path file = file("wrong.ndjson", Collections.nCopies(5_000, "{}"));
    ImportSettings few = new ImportSettings(10, 2, 100, Duration.ofSeconds(20), Set.of());

    assertThat(world.run("wrong", FileFormat.NDJSON, file, few))
        .isEqualTo(new ImportOutcome.Stopped("more than 100 lines were rejected"));
    assertThat(world.progress("wrong").rejected()).isBetween(101L, 1_000L);
    assertThat(world.jobs.byName("wrong").orElseThrow().state()).isEqualTo(ImportJob.State.STOPPED);

    assertThat(run("wrong", file)).isEqualTo(new ImportOutcome.Done());
    assertThat(world.progress("wrong").rejects()).isEqualTo(Map.of("FIELD_MISSING", 5_000L));
  }

  @Test
  void whatNobodyStartedIsNothing() throws Exception {
    ImportProgress none = ImportProgress.of(world.scatter, 4711);

    assertThat(none.shards()).hasSize(Shard.COUNT);
    assertThat(none.imported() + none.rejected()).isZero();
  }

  @Test
  void theReportOfRejectsHoldsEachLineOnce() throws Exception {
    run("report", file("report.ndjson", Collections.nCopies(2_500, "[]")));
    Path report = folder.resolve("report.rejects.ndjson");

    new Rejects(world.scatter).write(world.jobs.byName("report").orElseThrow().jobId(), report);

    List<String> lines = Files.readAllLines(report);
    assertThat(lines).hasSize(2_500).doesNotHaveDuplicates();
    assertThat(lines.getFirst())
        .isEqualTo("{\"line\":1,\"code\":\"MALFORMED\",\"message\":\"not a JSON object\"}");
  }

  private ImportOutcome run(String job, Path file) throws Exception {
    return world.run(job, FileFormat.NDJSON, file, ImportWorld.SETTINGS);
  }

  private static Process child(String job, Path file) throws IOException {
    return new ProcessBuilder(
            ThisJvm.java(),
            "-Xmx128m",
            "-cp",
            ThisJvm.classPath(),
            ImportWorld.class.getName(),
            mysql.address(),
            mysql.user(),
            mysql.password(),
            job,
            file.toString())
        .inheritIO()
        .start();
  }

  private static long imported(String job) throws SQLException, InterruptedException {
    return world.jobs.byName(job).isEmpty() ? 0 : world.progress(job).imported();
  }

  private static String line(String username) {
    return line(username, List.of());
  }

  private static String line(String username, List<String> roleIds) {
    return "{\"username\":\"%s\",\"password_hash\":\"%s\",\"channel\":\"old\",\"created\":\"2019-03-01\",\"roles\":[%s]}"
        .formatted(
            username,
            HASH,
            roleIds.stream()
                .map(
                    id ->
                        "{\"serverId\":\"s1\",\"roleId\":\"%s\",\"name\":\"Ayla\",\"level\":31,\"createdAt\":\"2015-01-01\",\"lastLoginAt\":\"2016-05-04 03:02:01\"}"
                            .formatted(id))
                .collect(Collectors.joining(",")));
  }

  /** As a game server tells it. */
  private static void character(String user, String roleId, long revision) {
    RoleEvent event =
        new RoleEvent(
            "e",
            RoleEvent.Type.ROLE_UPDATED,
            new ServerId("s1"),
            UserId.parse(user),
            new RoleId(roleId),
            RoleVersion.of(revision),
            Instant.parse("2026-01-01T00:00:00Z"),
            new RolePicture("Bea", 77, "", 0, ""),
            null);
    assertThat(
            new RoleStore(world.pools, world.shards, InstantSource.system(), _ -> {}, 0)
                .apply(List.of(event)))
        .containsExactly(new RoleOutcome.Applied());
  }

  /** Role ids and their users, out of all shards. */
  private static SortedMap<String, String> owners(String table, String like) throws SQLException {
    SortedMap<String, String> owners = new TreeMap<>();
    for (Shard shard : Shards.all()) {
      try (Connection connection = world.pools.of(shard).getConnection();
          Statement select = connection.createStatement();
          ResultSet row =
              select.executeQuery(
                  "SELECT role_id, user_id FROM %s WHERE role_id LIKE '%s'"
                      .formatted(table, like))) {
        while (row.next()) {
          assertThat(owners.put(row.getString(1), row.getString(2))).isNull();
        }
      }
    }
    return owners;
  }

  private Path file(String name, List<String> lines) throws IOException {
    return Files.write(folder.resolve(name), lines);
  }

  private static String register(String name) throws SQLException {
    Username username = UsernameRules.standard().parse(name);
    UserId userId = world.ids.next(world.shards.gene(username));
    try (Connection connection = world.pools.of(world.shards.of(username)).getConnection();
        Statement insert = connection.createStatement()) {
      insert.executeUpdate(
          """
          INSERT INTO user (user_id, username, display_name, password_hash, status, auth_epoch,
                            channel, register_time, register_ip)
          VALUES (%s, '%s', 'x', '-', 'ACTIVE', 0, 'x', UTC_TIMESTAMP(3), '')
          """
              .formatted(userId, name));
    }
    return userId.toString();
  }

  private static long count(String like) throws SQLException {
    long count = 0;
    for (Shard shard : Shards.all()) {
      try (Connection connection = world.pools.of(shard).getConnection();
          Statement select = connection.createStatement();
          ResultSet row =
              select.executeQuery("SELECT COUNT(*) FROM user WHERE username LIKE '" + like + "'")) {
        row.next();
        count += row.getLong(1);
      }
    }
    return count;
  }
}
