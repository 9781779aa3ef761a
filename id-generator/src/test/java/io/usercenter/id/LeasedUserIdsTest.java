package io.usercenter.id;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.usercenter.id.UserIdUnavailableException.Code;
import io.usercenter.testkit.Backends;
import io.usercenter.testkit.MySqlServer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The whole of it, on a real MySQL that is stopped, paused and started again. */
class LeasedUserIdsTest {
  private static final UserIdSettings SHORT =
      new UserIdSettings(
          Duration.ofSeconds(3),
          Duration.ofMillis(500),
          Duration.ofMillis(100),
          Duration.ofMillis(500),
          Duration.ofSeconds(1),
          Duration.ofMillis(10),
          Duration.ofSeconds(2));

  @Test
  void aProcessMintsIdsAndGivesItsNumberBack() throws Exception {
    DataSource admin = AdminDatabase.createIn(Backends.mysql());
    int machine;
    UserId last;
    try (LeasedUserIds ids = LeasedUserIds.start(admin, UserIdSettings.standard(), "api-1")) {
      assertThat(ids.awaitReady(Duration.ofSeconds(10))).isTrue();
      UserId id = ids.next(53);
      machine = id.machine();
      assertThat(id.gene()).isEqualTo(53);
      assertThat(id.issuedAt())
          .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(60));

      UserIdStatus status = ids.status();
      assertThat(status.ready()).isTrue();
      assertThat(status.machine()).hasValue(machine);
      assertThat(status.windowLeft()).isBetween(Duration.ofMinutes(4), Duration.ofMinutes(5));
      assertThat(status.lastFailure()).isNull();
      assertThat(status.votesLost()).isEqualTo(new ClockVotes(0, 0, 0));
      assertThat(status.refused() + status.parked() + status.leasesLost()).isZero();

      MachineCensus census = ids.census();
      assertThat(census.held())
          .singleElement()
          .matches(holder -> holder.machine() == machine && holder.process().equals("api-1"))
          .matches(MachineHolder::own)
          .matches(holder -> holder.reservedUntil().isAfter(census.at().plusSeconds(200)));
      assertThat(census.free())
          .hasSize(255)
          .noneMatch(MachineHolder::own)
          .allMatch(holder -> holder.process().isEmpty());
      assertThat(census.of(machine)).isEqualTo(census.held().getFirst());
      try (LeasedUserIds other = LeasedUserIds.start(admin, UserIdSettings.standard(), "api-2")) {
        assertThat(other.census().held())
            .hasSize(2)
            .allMatch(holder -> holder.own() == holder.process().equals("api-2"));
      }
      assertThat(ids.census().free())
          .as("what was given back tells who had it")
          .anyMatch(holder -> holder.process().equals("api-2"));
      last = ids.next(54);
    }
    MachineStore.Row row =
        new MySqlMachineStore(admin, Duration.ofSeconds(5)).read().rows().get(machine);
    assertThat(row.token()).isEmpty();
    assertThat(row.reservedUntil()).isEqualTo(UserIdLayout.timestamp(last.value()) + 1);
  }

  @Test
  void afterClosingThereAreNoIds() throws Exception {
    DataSource admin = AdminDatabase.createIn(Backends.mysql());
    LeasedUserIds ids = LeasedUserIds.start(admin, SHORT, "api-1");
    UserIdGenerator generator = ids.generator();
    generator.next(1);
    ids.close();
    ids.close();
    assertThat(refusal(ids)).isEqualTo(Code.ID_CLOSED);
    assertThatExceptionOfType(UserIdUnavailableException.class).isThrownBy(() -> generator.next(1));
    assertThat(ids.status().ready()).isFalse();
    assertThat(ids.status().machine()).isEmpty();
  }

  @Test
  void processesNeedAName() throws Exception {
    DataSource admin = AdminDatabase.createIn(Backends.mysql());
    for (String wrong : new String[] {"", " ", "x".repeat(129)}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> LeasedUserIds.start(admin, SHORT, wrong));
    }
    LeasedUserIds.start(admin, SHORT, "x".repeat(128)).close();
  }

  @Test
  @Tag("slow")
  void aMySqlThatIsGoneIsNotNoticedUntilTheWindowEndsAndThenItResumesByItself() throws Exception {
    try (MySqlServer server = Backends.newMySql()) {
      DataSource admin =
          AdminDatabase.withTimeout(AdminDatabase.createIn(server), Duration.ofMillis(500));
      try (LeasedUserIds ids = LeasedUserIds.start(admin, SHORT, "api-1")) {
        await().until(() -> ids.status().ready());
        int machine = ids.next(1).machine();
        server.kill9();
        await().until(() -> ids.status().lastFailure() != null);
        assertThat(ids.next(1).machine()).isEqualTo(machine);
        assertThat(ids.status().ready()).isTrue();

        await().atMost(Duration.ofSeconds(10)).until(() -> !ids.status().ready());
        assertThat(refusal(ids)).isEqualTo(Code.ID_LEASE_EXPIRED);
        assertThat(ids.status().refused()).isPositive();
        assertThatExceptionOfType(UserIdUnavailableException.class)
            .isThrownBy(ids::census)
            .matches(refused -> refused.code() == Code.ID_STORE_UNAVAILABLE);

        server.restart();
        await().atMost(Duration.ofSeconds(10)).until(() -> ids.status().ready());
        assertThat(ids.next(1).machine()).isEqualTo(machine);
        assertThat(ids.status().leasesLost()).isZero();
      }
    }
  }

  @Test
  @Tag("slow")
  void aMySqlThatHangsIsGivenUpAndAskedAgain() throws Exception {
    try (MySqlServer server = Backends.newMySql()) {
      DataSource admin =
          AdminDatabase.withTimeout(AdminDatabase.createIn(server), Duration.ofMillis(500));
      try (LeasedUserIds ids = LeasedUserIds.start(admin, SHORT, "api-1")) {
        await().until(() -> ids.status().ready());
        server.pause();
        await().atMost(Duration.ofSeconds(10)).until(() -> ids.status().lastFailure() != null);
        server.resume();
        await().atMost(Duration.ofSeconds(10)).until(() -> ids.status().lastFailure() == null);
        assertThat(ids.next(1)).isNotNull();
      }
    }
  }

  @Test
  @Tag("slow")
  void aProcessStartsWithoutMySqlAndMintsOnceItIsThere() throws Exception {
    try (MySqlServer server = Backends.newMySql()) {
      DataSource admin =
          AdminDatabase.withTimeout(AdminDatabase.createIn(server), Duration.ofMillis(500));
      server.stop();
      try (LeasedUserIds ids = LeasedUserIds.start(admin, SHORT, "api-1")) {
        assertThat(refusal(ids)).isEqualTo(Code.ID_STORE_UNAVAILABLE);
        assertThat(ids.awaitReady(Duration.ofMillis(1))).isFalse();
        assertThat(ids.status().ready()).isFalse();
        server.restart();
        assertThat(ids.awaitReady(Duration.ofSeconds(10))).isTrue();
        assertThat(ids.next(1)).isNotNull();
      }
    }
  }

  /** Every process has connections of its own; the 257th is told who was faster. */
  @Test
  @Tag("slow")
  void twoHundredAndFiftySixStartAtOnce() throws Exception {
    DataSource admin = AdminDatabase.createIn(Backends.mysql());
    List<LeasedUserIds> all = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(256);
    try {
      long began = System.nanoTime();
      List<Future<LeasedUserIds>> starting = new ArrayList<>();
      for (int i = 0; i < 256; i++) {
        String process = "api-" + i / 32;
        starting.add(
            threads.submit(() -> LeasedUserIds.start(admin, UserIdSettings.standard(), process)));
      }
      for (Future<LeasedUserIds> one : starting) {
        all.add(one.get());
      }
      Set<Integer> machines = new HashSet<>();
      for (LeasedUserIds ids : all) {
        assertThat(ids.awaitReady(Duration.ofMinutes(1))).isTrue();
        assertThat(machines.add(ids.next(1).machine())).isTrue();
      }
      System.out.printf(
          "256 processes leased their numbers in %d ms%n",
          Duration.ofNanos(System.nanoTime() - began).toMillis());

      try (LeasedUserIds tooMany = LeasedUserIds.start(admin, SHORT, "one too many")) {
        assertThatExceptionOfType(UserIdUnavailableException.class)
            .isThrownBy(() -> tooMany.next(1))
            .withMessage(
                "ID_MACHINE_NUMBERS_EXHAUSTED: all 256 machine numbers are held: api-0 (32),"
                    + " api-1 (32), api-2 (32), api-3 (32), api-4 (32), api-5 (32), api-6 (32),"
                    + " api-7 (32)");
        assertThat(requireNonNull(tooMany.status().refusal()).code())
            .isEqualTo(Code.ID_MACHINE_NUMBERS_EXHAUSTED);
        assertThat(tooMany.census().held()).hasSize(256).noneMatch(MachineHolder::own);
        all.removeLast().close();
        assertThat(tooMany.awaitReady(Duration.ofSeconds(10))).isTrue();
      }
    } finally {
      for (LeasedUserIds ids : all) {
        threads.execute(ids::close);
      }
      threads.close();
    }
  }

  private static Code refusal(LeasedUserIds ids) {
    UserIdUnavailableException refused =
        catchThrowableOfType(UserIdUnavailableException.class, () -> ids.next(1));
    assertThat(refused).as("a refusal").isNotNull();
    return refused.code();
  }
}
