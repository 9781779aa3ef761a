package io.usercenter.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.roleevent.FeedPosition;
import io.usercenter.roleevent.RoleChecksum;
import io.usercenter.roleevent.RoleEvent;
import io.usercenter.roleevent.RoleId;
import io.usercenter.roleevent.RolePicture;
import io.usercenter.roleevent.RoleSnapshot;
import io.usercenter.roleevent.RoleVersion;
import io.usercenter.roleevent.ServerId;
import io.usercenter.scope.Scope;
import io.usercenter.testkit.Backends;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
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
            new RoleVersion(Integer.MAX_VALUE, Long.MAX_VALUE),
            Instant.parse("2026-03-29T01:30:00.987Z"), // an hour that Europe's clocks skip
            new RolePicture("🦄 小明 \"'\\", Integer.MAX_VALUE, "法师", Long.MAX_VALUE, "ch"),
            null);

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
                event.version(),
                null,
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
            RoleVersion.of(1),
            Instant.now().plus(Duration.ofDays(2)),
            null,
            null);

    List<RoleOutcome> outcomes =
        shards.store.apply(
            List.of(known.created(1, 1), TestEvents.of(nobody, "n").created(1, 1), future));

    assertThat(outcomes.get(0)).isEqualTo(new RoleOutcome.Applied());
    assertThat(outcomes.get(1)).isEqualTo(new RoleOutcome.Parked());
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
  void aServerThatWasSetBackSupersedesWhatItToldBefore() throws SQLException {
    for (List<Integer> order : TestEvents.permutations(List.of(0, 1, 2, 3))) {
      UserId user = shards.user(HOME);
      TestEvents role = TestEvents.of(user, "e" + user);
      List<RoleEvent> events =
          List.of(
              role.created(1, 1),
              role.updated(9, 90),
              TestEvents.inEpoch(1, role.updated(4, 40)),
              TestEvents.inEpoch(1, role.updated(5, 41)));
      for (int next : order) {
        shards.store.apply(List.of(events.get(next)));
      }
      assertThat(shards.directory.of(user).roles())
          .singleElement()
          .satisfies(
              found -> {
                assertThat(found.level()).isEqualTo(41);
                assertThat(found.version()).isEqualTo(new RoleVersion(1, 5));
              });
      assertThat(shards.store.apply(List.of(role.updated(100, 100))))
          .containsExactly(new RoleOutcome.Superseded());
    }
  }

  @Test
  void ofSeveralWhoWereToldToHaveACharacterOnlyTheLastShowsIt() throws SQLException {
    // Nobody tells that the ones before have it no longer, and it comes back to the first.
    UserId a = new UserId(1);
    UserId b = new UserId(2);
    UserId c = new UserId(3);
    List<RoleEvent> story =
        List.of(
            TestEvents.of(a, "h").created(1, 1),
            TestEvents.of(b, "h").updated(2, 2),
            TestEvents.of(c, "h").created(3, 3),
            TestEvents.of(a, "h").updated(4, 4),
            TestEvents.of(a, "h").updated(5, 5));
    int number = 0;
    for (List<RoleEvent> order : TestEvents.permutations(story)) {
      UserId last = shards.user(HOME);
      UserId second = shards.user(new Shard(8));
      UserId third = shards.user(new Shard(21));
      UnaryOperator<UserId> real = id -> id.equals(a) ? last : id.equals(b) ? second : third;
      String role = "h" + number++ + "-" + last;
      List<RoleEvent> events =
          order.stream().map(event -> as(real.apply(event.userId()), role, event)).toList();
      if (number % 2 == 0) {
        shards.store.apply(events);
      } else {
        events.forEach(event -> shards.store.apply(List.of(event)));
      }
      assertThat(shards.directory.byRoleId(new RoleId(role)))
          .containsExactly(new RoleOwner(last, new ServerId("s1")));
      assertThat(shards.directory.of(last).roles())
          .singleElement()
          .satisfies(found -> assertThat(found.level()).isEqualTo(5));
      assertThat(shards.directory.of(second).roles()).isEmpty();
      assertThat(shards.directory.of(third).roles()).isEmpty();
    }
  }

  @Test
  void whoeverDiedWhileACharacterChangedHandsIsHelpedOut() throws SQLException {
    UserId first = shards.user(HOME);
    UserId second = shards.user(new Shard(8));
    UserId third = shards.user(new Shard(9));
    RoleId role = shards.roleId(new Shard(10));
    RoleLocatorTable locators = new RoleLocatorTable(shards.pools);
    TestEvents ofFirst = new TestEvents(first, new ServerId("s1"), role);
    TestEvents ofSecond = new TestEvents(second, new ServerId("s1"), role);
    TestEvents ofThird = new TestEvents(third, new ServerId("s1"), role);
    shards.store.apply(List.of(ofFirst.created(1, 1)));
    // The second one's event got as far as the locator.
    RoleEvent interrupted = ofSecond.created(2, 2);
    locators.claim(
        new Shard(10), new TreeMap<>(Map.of(RoleKey.of(interrupted), interrupted.version())));

    assertThat(shards.store.apply(List.of(ofThird.created(3, 3))))
        .containsExactly(new RoleOutcome.Applied());
    assertThat(shards.store.apply(List.of(interrupted))).containsExactly(new RoleOutcome.Applied());

    assertThat(shards.directory.of(first).roles()).isEmpty();
    assertThat(shards.directory.of(second).roles()).isEmpty();
    assertThat(shards.directory.of(third).roles()).hasSize(1);
    assertThat(shards.directory.byRoleId(role))
        .containsExactly(new RoleOwner(third, new ServerId("s1")));
    assertThat(shards.changed).contains(first);
  }

  @Test
  void parkedCharactersFindTheirPlayersAsIfTheEventsHadComeLater() throws SQLException {
    Shard shard = new Shard(22);
    UserId nobody = TestShards.unknownUser(shard);
    TestEvents role = TestEvents.of(nobody, "p" + nobody);

    assertThat(
            shards.store.apply(
                List.of(role.updated(3, 30), role.created(1, 1), role.loggedIn(3, 77))))
        .containsOnly(new RoleOutcome.Parked());
    assertThat(shards.store.apply(List.of(role.updated(2, 20))))
        .containsExactly(new RoleOutcome.Parked());
    assertThat(shards.store.parked(shard)).isEqualTo(1);
    assertThat(shards.store.adopt(shard)).isZero();
    assertThat(shards.directory.byRoleId(role.role())).isEmpty();

    shards.add(nobody);
    assertThat(shards.store.adopt(shard)).isEqualTo(1);

    assertThat(shards.directory.of(nobody).roles())
        .singleElement()
        .satisfies(
            found -> {
              assertThat(found.level()).isEqualTo(30);
              assertThat(found.lastLoginAt()).isEqualTo(TestEvents.NOON.plusSeconds(77));
            });
    assertThat(shards.directory.byRoleId(role.role()))
        .containsExactly(new RoleOwner(nobody, role.server()));
    assertThat(shards.store.parked(shard)).isZero();
    assertThat(shards.changed).contains(nobody);
  }

  @Test
  void parkedCharactersAreGivenUpAsTheEventsThatTheyAreMadeOf() throws SQLException {
    Shard shard = new Shard(23);
    UserId nobody = TestShards.unknownUser(shard);
    TestEvents pictured = TestEvents.of(nobody, "x" + nobody);
    TestEvents seen = TestEvents.of(nobody, "y" + nobody);
    TestEvents gone = TestEvents.of(nobody, "z" + nobody);
    shards.store.apply(
        List.of(
            pictured.updated(3, 30),
            pictured.loggedIn(4, 50),
            seen.loggedIn(9, 60),
            gone.deleted(2)));
    List<RoleEvent> listed = new ArrayList<>();

    assertThat(shards.store.expire(shard, Instant.EPOCH, listed::addAll)).isZero();
    assertThat(shards.store.expire(shard, Instant.now().plusSeconds(60), listed::addAll))
        .isEqualTo(3);

    assertThat(shards.store.parked(shard)).isZero();
    assertThat(listed)
        .extracting(event -> RoleRow.of(event))
        .containsExactly(
            RoleRow.of(pictured.loggedIn(3, 50, 30)),
            RoleRow.of(seen.loggedIn(1, 60)),
            RoleRow.of(gone.deleted(2)));
  }

  @Test
  void ofErasedAccountsNothingIsKept() throws SQLException {
    UserId erased = shards.user(HOME);
    try (Connection connection = shards.pools.of(HOME).getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("UPDATE user SET status = 'ERASED' WHERE user_id = " + erased);
    }

    assertThat(shards.store.apply(List.of(TestEvents.of(erased, "q").created(1, 1))))
        .containsExactly(
            new RoleOutcome.Rejected(RoleOutcome.Rejection.ERASED_USER, "the account was erased"));
    assertThat(shards.directory.withDeleted(erased)).isEmpty();
  }

  @Test
  void numbersThatNeverCameAreNoticed() throws Exception {
    Shard shard = new Shard(24);
    UserId user = shards.user(shard);
    TestEvents role = TestEvents.of(user, "n" + user);
    RoleFeeds feeds = new RoleFeeds(shards.pools);
    List<Integer> come = new ArrayList<>(List.of(1, 2, 2, 5, 4, 8, 9));
    Collections.shuffle(come, new Random(3));

    for (int number : come) {
      shards.store.apply(List.of(role.updated(number, number).at(new FeedPosition("pub", number))));
    }

    List<RoleFeeds.Gap> gaps = feeds.gaps(Scope.EVERYTHING, Duration.ofSeconds(-1)).gaps();
    assertThat(gaps)
        .singleElement()
        .satisfies(
            gap -> {
              assertThat(gap.shard()).isEqualTo(shard);
              assertThat(gap.server()).isEqualTo(new ServerId("s1"));
              assertThat(gap.after()).isEqualTo(2);
              assertThat(gap.highest()).isEqualTo(9);
              assertThat(gap.missing()).isEqualTo(3);
            });
    shards.store.apply(
        List.of(
            role.updated(3, 3).at(new FeedPosition("pub", 3)),
            role.updated(7, 7).at(new FeedPosition("pub", 7))));
    assertThat(feeds.gaps(Scope.EVERYTHING, Duration.ofSeconds(-1)).gaps())
        .extracting(RoleFeeds.Gap::after, RoleFeeds.Gap::missing)
        .containsExactly(tuple(5L, 1L));
    feeds.settle(shard, new ServerId("s1"), Instant.now().plusSeconds(60));
    assertThat(feeds.gaps(Scope.EVERYTHING, Duration.ofSeconds(-1)).gaps()).isEmpty();
  }

  @Test
  void aNumberThatCameTwiceDoesNotHideOneThatNeverCame() throws Exception {
    Shard shard = new Shard(23);
    UserId user = shards.user(shard);
    TestEvents role = TestEvents.of(user, "t" + user);
    RoleFeeds feeds = new RoleFeeds(shards.pools);

    for (List<Integer> batch :
        List.of(List.of(1, 2), List.of(3, 4), List.of(4, 5), List.of(6, 6, 8))) {
      shards.store.apply(
          batch.stream()
              .flatMap(
                  number ->
                      Stream.of("one", "other")
                          .map(by -> role.updated(number, 1).at(new FeedPosition(by, number))))
              .toList());
    }

    assertThat(feeds.gaps(Scope.EVERYTHING, Duration.ofSeconds(-1)).gaps())
        .filteredOn(gap -> gap.shard().equals(shard))
        .extracting(RoleFeeds.Gap::after, RoleFeeds.Gap::highest, RoleFeeds.Gap::missing)
        .containsExactly(tuple(6L, 8L, 1L), tuple(6L, 8L, 1L));
    feeds.settle(shard, new ServerId("s1"), Instant.now().plusSeconds(60));
  }

  @Test
  void aPublisherIsForgottenOnceNoShardHearsIt() throws Exception {
    Shard silent = new Shard(21);
    Shard other = new Shard(22);
    TestEvents here = TestEvents.of(shards.user(silent), "silent-here");
    TestEvents there = TestEvents.of(shards.user(other), "heard-there");
    RoleFeeds feeds = new RoleFeeds(shards.pools);
    for (String publisher : List.of("goes-on", "is-gone")) {
      shards.store.apply(
          List.of(
              here.updated(1, 1).at(new FeedPosition(publisher, 1)),
              there.updated(1, 1).at(new FeedPosition(publisher, 1))));
      heardDaysAgo(silent, publisher, 40);
    }
    heardDaysAgo(other, "goes-on", 20);
    heardDaysAgo(other, "is-gone", 40);

    feeds.forget(silent, 30);

    // As old as the other shard says, and no younger: or two shards could keep one for ever.
    assertThat(publishersHeardBefore(silent, 19)).containsExactly("goes-on");
    assertThat(publishersHeardBefore(silent, 21)).isEmpty();
    shards.store.apply(
        List.of(
            here.updated(2, 2).at(new FeedPosition("goes-on", 2)),
            here.updated(3, 3).at(new FeedPosition("is-gone", 2))));
    assertThat(feeds.gaps(Scope.EVERYTHING, Duration.ofSeconds(-1)).gaps())
        .filteredOn(gap -> gap.shard().equals(silent))
        .extracting(RoleFeeds.Gap::publisher, RoleFeeds.Gap::missing)
        .containsExactly(tuple("is-gone", 1L));
    feeds.settle(silent, new ServerId("s1"), Instant.now().plusSeconds(60));
  }

  private static void heardDaysAgo(Shard shard, String publisher, int days) throws SQLException {
    try (Connection connection = shards.pools.of(shard).getConnection();
        Statement statement = connection.createStatement()) {
      assertThat(
              statement.executeUpdate(
                  "UPDATE role_feed SET seen_at = UTC_TIMESTAMP(3) - INTERVAL %d DAY"
                          .formatted(days)
                      + " WHERE publisher = '%s'".formatted(publisher)))
          .isEqualTo(1);
    }
  }

  private static List<String> publishersHeardBefore(Shard shard, int days) throws SQLException {
    List<String> publishers = new ArrayList<>();
    try (Connection connection = shards.pools.of(shard).getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT publisher FROM role_feed WHERE publisher IN ('goes-on', 'is-gone')"
                    + " AND seen_at < UTC_TIMESTAMP(3) - INTERVAL %d DAY".formatted(days))) {
      while (rows.next()) {
        publishers.add(rows.getString(1));
      }
    }
    return publishers;
  }

  @Test
  void whatAGameServerHasAndTheCopyDoesNotIsRepaired() throws SQLException {
    Shard shard = new Shard(25);
    ServerId server = new ServerId("rec");
    List<UserId> users = shards.users(shard, 7);
    List<TestEvents> roles =
        users.stream().map(user -> new TestEvents(user, server, new RoleId("k" + user))).toList();
    shards.store.apply(
        List.of(
            roles.get(0).created(1, 10),
            roles.get(2).created(2, 5),
            roles.get(3).created(1, 10),
            roles.get(4).updated(9, 90),
            roles.get(5).created(1, 66),
            roles.get(6).created(1, 10)));
    try (Connection connection = shards.pools.of(shard).getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("UPDATE role SET updated_at = '2026-01-01' WHERE server_id = 'rec'");
    }
    try (Connection connection =
            shards.pools.of(shards.shards.ofRole(roles.get(6).role().value())).getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("DELETE FROM role_locator WHERE role_id = '" + roles.get(6).role() + "'");
    }
    List<RoleSnapshot> theirs =
        List.of(
            snapshot(roles.get(0), 1, 10),
            snapshot(roles.get(1), 1, 10),
            snapshot(roles.get(2), 3, 7),
            snapshot(roles.get(4), 4, 40),
            snapshot(roles.get(5), 1, 67),
            snapshot(roles.get(6), 1, 10));
    RoleReconciliation reconciliation =
        new RoleReconciliation(shards.pools, shards.shards, shards.store);
    RoleReconciliation.Page page =
        new RoleReconciliation.Page(server, 0, Instant.now(), shard, null, null);
    assertThat(reconciliation.summary(page)).isNotEqualTo(summary(theirs));

    RoleReconciliation.Comparison found = reconciliation.compare(page, theirs, true);

    assertThat(found.comparedTo()).isNull();
    assertThat(found.differences())
        .extracting(
            RoleReconciliation.Difference::kind,
            RoleReconciliation.Difference::userId,
            RoleReconciliation.Difference::repair)
        .containsExactlyInAnyOrder(
            tuple(RoleReconciliation.Kind.MISSING, users.get(1), new RoleOutcome.Applied()),
            tuple(RoleReconciliation.Kind.STALE, users.get(2), new RoleOutcome.Applied()),
            tuple(RoleReconciliation.Kind.EXTRA, users.get(3), new RoleOutcome.Applied()),
            tuple(RoleReconciliation.Kind.AHEAD, users.get(4), null),
            tuple(RoleReconciliation.Kind.CONFLICT, users.get(5), null),
            tuple(
                RoleReconciliation.Kind.NOT_FOUND_BY_ID,
                users.get(6),
                new RoleOutcome.Superseded()));
    assertThat(shards.directory.of(users.get(3)).roles()).isEmpty();
    assertThat(shards.directory.byRoleId(roles.get(6).role()))
        .containsExactly(new RoleOwner(users.get(6), server));

    // It raises its epoch, and is right in everything.
    RoleReconciliation.Page next =
        new RoleReconciliation.Page(server, 1, Instant.now(), shard, null, null);
    reconciliation.compare(next, theirs, true);
    assertThat(reconciliation.summary(next)).isEqualTo(summary(1, theirs));
    assertThat(reconciliation.compare(next, theirs, true).differences()).isEmpty();
    assertThat(shards.directory.of(users.get(4)).roles())
        .singleElement()
        .satisfies(role -> assertThat(role.level()).isEqualTo(40));
  }

  @Test
  void aPageWhoseCharactersAreNotFoundByTheirIdsIsNotTakenForEqual() throws SQLException {
    Shard shard = new Shard(28);
    List<TestEvents> roles =
        shards.users(shard, 3).stream()
            .map(user -> new TestEvents(user, new ServerId("rec4"), new RoleId("k" + user)))
            .toList();
    List<RoleSnapshot> theirs = roles.stream().map(role -> snapshot(role, 1, 10)).toList();
    shards.store.apply(roles.stream().map(role -> role.created(1, 10)).toList());
    RoleReconciliation reconciliation =
        new RoleReconciliation(shards.pools, shards.shards, shards.store);
    RoleReconciliation.Page page =
        new RoleReconciliation.Page(roles.getFirst().server(), 0, Instant.now(), shard, null, null);
    assertThat(reconciliation.summary(page)).isEqualTo(summary(theirs));
    String lost = roles.get(1).role().value();
    try (Connection connection = shards.pools.of(shards.shards.ofRole(lost)).getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("DELETE FROM role_locator WHERE role_id = '" + lost + "'");
    }

    RoleReconciliation.Summary ours = Objects.requireNonNull(reconciliation.summary(page));

    assertThat(ours.checksum()).isEqualTo(summary(theirs).checksum());
    assertThat(ours.found()).isFalse();
    assertThat(reconciliation.compare(page, theirs, true).differences())
        .extracting(RoleReconciliation.Difference::kind)
        .containsExactly(RoleReconciliation.Kind.NOT_FOUND_BY_ID);
    assertThat(reconciliation.summary(page)).isEqualTo(summary(theirs));
    // Who deleted his character need not be found.
    shards.store.apply(List.of(roles.get(2).deleted(2)));
    assertThat(reconciliation.summary(page)).isEqualTo(summary(theirs.subList(0, 2)));
  }

  @Test
  void reconcilingLeavesAloneWhatChangesMeanwhile() throws SQLException {
    Shard shard = new Shard(26);
    UserId user = shards.user(shard);
    TestEvents role = new TestEvents(user, new ServerId("rec2"), new RoleId("k" + user));
    RoleReconciliation reconciliation =
        new RoleReconciliation(shards.pools, shards.shards, shards.store);
    RoleReconciliation.Page page =
        new RoleReconciliation.Page(role.server(), 0, Instant.now(), shard, null, null);

    // Made after the game server looked at its data.
    shards.store.apply(List.of(role.created(1, 1), role.updated(2, 2)));

    assertThat(reconciliation.compare(page, List.of(), true).differences()).isEmpty();
    assertThat(reconciliation.compare(page, List.of(snapshot(role, 1, 1)), true).differences())
        .isEmpty();
    assertThat(shards.directory.of(user).roles()).hasSize(1);
  }

  @Test
  void aPageOfWhichTheCopyHasFarMoreIsComparedInPieces() throws SQLException {
    Shard shard = new Shard(27);
    ServerId server = new ServerId("rec3");
    List<RoleEvent> events = new ArrayList<>();
    for (UserId user : shards.users(shard, RoleReconciliation.MOST + 10)) {
      events.add(new TestEvents(user, server, new RoleId("k" + user)).created(1, 1));
    }
    shards.store.apply(events);
    try (Connection connection = shards.pools.of(shard).getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("UPDATE role SET updated_at = '2026-01-01' WHERE server_id = 'rec3'");
    }
    RoleReconciliation reconciliation =
        new RoleReconciliation(shards.pools, shards.shards, shards.store);
    RoleReconciliation.Page page =
        new RoleReconciliation.Page(server, 0, Instant.now(), shard, null, null);
    assertThat(reconciliation.summary(page)).isNull();

    RoleReconciliation.Comparison first = reconciliation.compare(page, List.of(), true);
    RoleReconciliation.Comparison rest =
        reconciliation.compare(
            new RoleReconciliation.Page(server, 0, page.mark(), shard, first.comparedTo(), null),
            List.of(),
            true);

    assertThat(first.differences()).hasSize(RoleReconciliation.MOST);
    assertThat(rest.differences()).hasSize(10);
    assertThat(rest.comparedTo()).isNull();
  }

  private static RoleSnapshot snapshot(TestEvents role, long revision, int level) {
    return new RoleSnapshot(role.user(), role.role(), revision, null, TestEvents.picture(level));
  }

  private static RoleReconciliation.Summary summary(List<RoleSnapshot> theirs) {
    return summary(0, theirs);
  }

  private static RoleReconciliation.Summary summary(int epoch, List<RoleSnapshot> theirs) {
    RoleChecksum checksum = new RoleChecksum();
    theirs.forEach(
        role ->
            checksum.add(role.userId(), role.roleId(), new RoleVersion(epoch, role.revision())));
    return new RoleReconciliation.Summary(checksum.count(), checksum.hex(), true);
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
        event.version(),
        event.occurredAt(),
        event.picture(),
        event.position());
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
        row.version(),
        null,
        null);
  }
}
