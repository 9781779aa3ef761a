package io.usercenter.role;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.testkit.Backends;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The store on real MySQL: the rows are what the rule says, whatever the order, company and haste.
 */
class RoleStoreTest {
  private static final Shard HOME = new Shard(7);

  private static TestShards shards;

  @BeforeAll
  static void open() throws InterruptedException {
    shards = TestShards.on(Backends.mysql());
  }

  @AfterAll
  static void close() {
    shards.close();
  }

  @Test
  void everyFieldIsReadBackAsItWasSent() throws SQLException {
    UserId user = shards.user(HOME);
    RoleEvent event =
        new RoleEvent(
            "e",
            RoleEvent.Type.ROLE_LOGGED_IN,
            new ServerId("eu.1"),
            user,
            new RoleId("a:b-" + user),
            Long.MAX_VALUE,
            Instant.parse("2026-03-29T01:30:00.987Z"), // an hour that Europe's clocks skip
            new RolePicture("🦄 小明 \"'\\", Integer.MAX_VALUE, "法师", Long.MAX_VALUE, "ch"));

    assertThat(shards.store.apply(List.of(event))).containsExactly(new RoleOutcome.Applied());

    assertThat(shards.directory.of(user).roles())
        .containsExactly(
            new Role(
                user,
                event.serverId(),
                event.roleId(),
                "🦄 小明 \"'\\",
                Integer.MAX_VALUE,
                "法师",
                Long.MAX_VALUE,
                "ch",
                event.occurredAt(),
                Role.State.ACTIVE,
                Long.MAX_VALUE,
                null));
    assertThat(shards.directory.byRoleId(event.roleId()))
        .containsExactly(new RoleOwner(user, event.serverId()));
  }

  @Test
  void everyOrderAndEveryCutIntoBatchesGivesTheSameRow() throws SQLException {
    List<List<RoleEvent>> orders =
        TestEvents.permutations(history(TestEvents.of(new UserId(1), "x")));
    List<UserId> users = shards.users(HOME, orders.size());
    Random random = new Random(5);
    // One batch carries the next piece of every user's history, each in an order of its own.
    List<List<RoleEvent>> waiting = new ArrayList<>();
    for (int i = 0; i < orders.size(); i++) {
      UserId user = users.get(i);
      waiting.add(
          new ArrayList<>(
              orders.get(i).stream().map(event -> as(user, "x" + user, event)).toList()));
    }
    while (waiting.stream().anyMatch(events -> !events.isEmpty())) {
      List<RoleEvent> batch = new ArrayList<>();
      for (List<RoleEvent> events : waiting) {
        int take = Math.min(events.size(), 1 + random.nextInt(2));
        List<RoleEvent> next = events.subList(0, take);
        batch.addAll(next);
        next.clear();
      }
      assertThat(shards.store.apply(batch))
          .allMatch(
              outcome ->
                  outcome instanceof RoleOutcome.Applied
                      || outcome instanceof RoleOutcome.Superseded);
    }

    for (UserId user : users) {
      assertThat(shards.directory.of(user).roles())
          .containsExactly(
              role(TestEvents.of(user, "x" + user), history(TestEvents.of(user, "x" + user))));
      assertThat(shards.directory.byRoleId(new RoleId("x" + user)))
          .containsExactly(new RoleOwner(user, new ServerId("s1")));
    }
  }

  @Test
  void theOutcomesAreThoseOfOneEventAfterTheOther() throws SQLException {
    UserId user = shards.user(HOME);
    TestEvents role = TestEvents.of(user, "o" + user);

    assertThat(
            shards.store.apply(
                List.of(
                    role.updated(5, 5),
                    role.updated(4, 4),
                    role.updated(5, 5),
                    role.loggedIn(1, 10),
                    role.loggedIn(1, 9),
                    role.updated(6, 6))))
        .containsExactly(
            new RoleOutcome.Applied(),
            new RoleOutcome.Superseded(),
            new RoleOutcome.Superseded(),
            new RoleOutcome.Applied(),
            new RoleOutcome.Superseded(),
            new RoleOutcome.Applied());
    assertThat(shards.store.apply(List.of(role.updated(6, 6), role.loggedIn(7, 10))))
        .containsOnly(new RoleOutcome.Superseded());
    assertThat(shards.store.apply(List.of(role.loggedIn(7, 11))))
        .containsOnly(new RoleOutcome.Applied());
  }

  @Test
  void levelsNeverDropWhileManyWriteTheSameRolesAtOnce() throws Exception {
    List<UserId> users = shards.users(HOME, 40);
    List<RoleEvent> all = new ArrayList<>();
    for (UserId user : users) {
      for (int revision = 1; revision <= 12; revision++) {
        all.add(TestEvents.of(user, "c" + user).updated(revision, revision));
      }
    }
    AtomicBoolean done = new AtomicBoolean();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Integer> watch = threads.submit(() -> watchLevels(users.getFirst(), done));
      List<Future<?>> writers = new ArrayList<>();
      for (int writer = 0; writer < 6; writer++) {
        List<RoleEvent> own = new ArrayList<>(all);
        Collections.shuffle(own, new Random(writer));
        writers.add(threads.submit(() -> writeInBatches(own)));
      }
      try {
        for (Future<?> writer : writers) {
          writer.get();
        }
      } finally {
        done.set(true);
      }
      assertThat(watch.get()).isEqualTo(12);
    }
    for (UserId user : users) {
      assertThat(shards.directory.of(user).roles())
          .singleElement()
          .satisfies(role -> assertThat(role.level()).isEqualTo(12));
    }
  }

  private static void writeInBatches(List<RoleEvent> events) {
    for (int from = 0; from < events.size(); from += 60) {
      List<RoleEvent> batch = events.subList(from, from + 60);
      while (shards.store.apply(batch).stream()
          .anyMatch(outcome -> outcome instanceof RoleOutcome.Postponed)) {
        // A slow machine may let a statement wait too long for a connection.
        Thread.onSpinWait();
      }
    }
  }

  private static int watchLevels(UserId user, AtomicBoolean done) throws SQLException {
    int level = 0;
    for (boolean last = false; ; last = done.get()) {
      for (Role role : shards.directory.of(user).roles()) {
        assertThat(role.level()).isGreaterThanOrEqualTo(level);
        level = role.level();
      }
      if (last) {
        return level;
      }
    }
  }

  @Test
  void theLastServerIsWhereARoleWasUsedLast() throws SQLException {
    UserId user = shards.user(HOME);
    TestEvents one = new TestEvents(user, new ServerId("s1"), new RoleId("l1" + user));
    TestEvents two = new TestEvents(user, new ServerId("s2"), new RoleId("l2" + user));
    TestEvents gone = new TestEvents(user, new ServerId("s3"), new RoleId("l3" + user));
    assertThat(shards.directory.of(user)).isEqualTo(new PlayerRoles(List.of(), null));

    shards.store.apply(List.of(one.created(1, 1)));
    assertThat(shards.directory.of(user).lastServer()).isNull();

    shards.store.apply(
        List.of(two.loggedIn(1, 20), one.loggedIn(2, 30), gone.loggedIn(1, 40), gone.deleted(2)));
    assertThat(shards.directory.of(user).lastServer()).isEqualTo(new ServerId("s1"));
    assertThat(shards.directory.of(user).roles())
        .extracting(Role::serverId)
        .containsExactly(new ServerId("s1"), new ServerId("s2"));
    assertThat(shards.directory.withDeleted(user))
        .extracting(Role::state)
        .containsExactly(Role.State.DELETED, Role.State.ACTIVE, Role.State.ACTIVE);
  }

  @Test
  void whatCannotBeAppliedIsRejectedAlone() throws SQLException {
    UserId user = shards.user(HOME);
    UserId nobody = TestShards.unknownUser(HOME);
    TestEvents known = TestEvents.of(user, "k" + user);
    RoleEvent future =
        new RoleEvent(
            "f",
            RoleEvent.Type.ROLE_LOGGED_IN,
            known.server(),
            user,
            known.role(),
            1,
            Instant.now().plus(Duration.ofDays(2)),
            null);

    List<RoleOutcome> outcomes =
        shards.store.apply(
            List.of(known.created(1, 1), TestEvents.of(nobody, "n").created(1, 1), future));

    assertThat(outcomes.get(0)).isEqualTo(new RoleOutcome.Applied());
    assertThat(outcomes.get(1))
        .isEqualTo(
            new RoleOutcome.Rejected(
                RoleOutcome.Rejection.UNKNOWN_USER, "no account has the id " + nobody));
    assertThat(outcomes.get(2))
        .isInstanceOfSatisfying(
            RoleOutcome.Rejected.class,
            rejected ->
                assertThat(rejected.reason()).isEqualTo(RoleOutcome.Rejection.IN_THE_FUTURE));
    assertThat(shards.directory.withDeleted(nobody)).isEmpty();
    assertThat(shards.directory.of(user).roles()).hasSize(1);
  }

  @Test
  void aRowThatTheDatabaseRefusesKeepsNoOtherOut() throws SQLException {
    Shard shard = new Shard(9);
    UserId user = shards.user(shard);
    TestEvents good = TestEvents.of(user, "g" + user);
    TestEvents bad = TestEvents.of(user, "b" + user);
    try (Connection connection = shards.pools.of(shard).getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("ALTER TABLE role ADD CONSTRAINT planted CHECK (level <> 666)");
    }

    assertThat(shards.store.apply(List.of(bad.created(1, 666), good.created(1, 1))))
        .containsExactly(
            new RoleOutcome.Rejected(RoleOutcome.Rejection.NOT_STORABLE, "MySQL error 3819"),
            new RoleOutcome.Applied());
    assertThat(shards.directory.of(user).roles())
        .extracting(Role::roleId)
        .containsExactly(good.role());
  }

  @Test
  void aRoleThatMovesToAnotherAccountIsFoundThereInEveryOrder() throws SQLException {
    UserId seller = new UserId(1);
    UserId buyer = new UserId(2);
    List<RoleEvent> story =
        List.of(
            TestEvents.of(seller, "m").updated(2, 2),
            TestEvents.of(seller, "m").deleted(3),
            TestEvents.of(buyer, "m").created(4, 2),
            TestEvents.of(buyer, "m").updated(5, 3));
    int number = 0;
    for (List<RoleEvent> order : TestEvents.permutations(story)) {
      UserId from = shards.user(HOME);
      UserId to = shards.user(new Shard(8));
      String role = "m" + number++ + "-" + to;
      for (RoleEvent event : order) {
        assertThat(
                shards.store.apply(
                    List.of(as(event.userId().equals(seller) ? from : to, role, event))))
            .doesNotContainNull();
      }
      assertThat(shards.directory.byRoleId(new RoleId(role)))
          .containsExactly(new RoleOwner(to, new ServerId("s1")));
      assertThat(shards.directory.of(from).roles()).isEmpty();
      assertThat(shards.directory.of(to).roles()).hasSize(1);
    }
  }

  @Test
  void moreRolesThanOneStatementTakes() throws SQLException {
    List<RoleEvent> events = new ArrayList<>();
    for (UserId user : shards.users(HOME, 2 * RoleStore.ROLES_PER_STATEMENT + 1)) {
      events.add(TestEvents.of(user, "w" + user).created(1, 1));
    }
    assertThat(shards.store.apply(events)).containsOnly(new RoleOutcome.Applied());
    assertThat(shards.store.apply(List.of())).isEmpty();
  }

  private static List<RoleEvent> history(TestEvents role) {
    return List.of(
        role.created(1, 1),
        role.loggedIn(1, 10),
        role.deleted(3),
        role.updated(4, 8),
        role.loggedIn(5, 50, 9));
  }

  private static RoleEvent as(UserId user, String role, RoleEvent event) {
    return new RoleEvent(
        event.eventId(),
        event.type(),
        event.serverId(),
        user,
        new RoleId(role),
        event.revision(),
        event.occurredAt(),
        event.picture());
  }

  private static Role role(TestEvents role, List<RoleEvent> events) {
    RoleRow row = events.stream().map(RoleRow::of).reduce(RoleRow::with).orElseThrow();
    RolePicture picture = row.picture();
    return new Role(
        role.user(),
        role.server(),
        role.role(),
        picture.name(),
        picture.level(),
        picture.job(),
        picture.power(),
        picture.channel(),
        row.lastLoginAt(),
        row.state(),
        row.revision(),
        null);
  }
}
