package io.usercenter.role;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.roleevent.RoleId;
import io.usercenter.roleevent.RolePicture;
import io.usercenter.roleevent.RoleVersion;
import io.usercenter.roleevent.ServerId;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the store relies on, whatever the tables are made of. */
abstract class RoleTablesContract {
  private static final AtomicLong NEXT = new AtomicLong(System.nanoTime() & 0xffff_ffffL);
  private static final Shard SHARD = new Shard(28);
  private static final Instant LOGIN = Instant.parse("2026-11-01T08:00:00.123Z");

  private final RoleTables tables = tables();
  private final ServerId server = new ServerId("c" + NEXT.incrementAndGet());

  abstract RoleTables tables();

  abstract void addPlayer(UserId user);

  abstract Shard locatorOf(RoleId role);

  private static UserId user() {
    return new UserId((NEXT.incrementAndGet() << 8) | SHARD.number());
  }

  private RoleKey key(UserId user, String role) {
    return new RoleKey(user, server, new RoleId(role));
  }

  private static RoleRow row(int level, RoleVersion version, @Nullable Instant login) {
    return new RoleRow(
        new RolePicture("Ayla", level, "mage", level, "steam"), Role.State.ACTIVE, version, login);
  }

  private @Nullable RoleRow stored(RoleKey key) throws SQLException {
    RoleTables.Stored stored = tables.ofServer(SHARD, server, null, null, 100).get(key);
    return stored == null ? null : stored.row();
  }

  @Test
  void whatIsNewerIsPutAndLoginsOnlyGoForward() throws SQLException {
    RoleKey key = key(user(), "r1");
    tables.upsert(SHARD, Map.of(key, row(5, RoleVersion.of(5), LOGIN)));
    tables.upsert(SHARD, Map.of(key, row(4, RoleVersion.of(4), LOGIN.plusSeconds(9))));
    assertThat(stored(key)).isEqualTo(row(5, RoleVersion.of(5), LOGIN.plusSeconds(9)));
    tables.upsert(SHARD, Map.of(key, row(1, new RoleVersion(1, 1), LOGIN)));
    assertThat(stored(key)).isEqualTo(row(1, new RoleVersion(1, 1), LOGIN.plusSeconds(9)));
    tables.upsert(SHARD, Map.of(key, row(99, RoleVersion.of(99), null)));
    assertThat(stored(key)).isEqualTo(row(1, new RoleVersion(1, 1), LOGIN.plusSeconds(9)));
  }

  @Test
  void whatIsNotKnownOfACharacterIsKeptWithItsPicture() throws SQLException {
    RoleKey key = key(user(), "r9");
    RoleRow more =
        new RoleRow(
            new RolePicture("Ayla", 5, "mage", 5, "steam", "{\"guild\":\"小明\"}"),
            Role.State.ACTIVE,
            RoleVersion.of(5),
            null);
    tables.park(SHARD, Map.of(key, more));
    tables.park(SHARD, Map.of(key, row(4, RoleVersion.of(4), null)));
    addPlayer(key.userId());
    assertThat(tables.parkedOfPresent(SHARD, 200)).containsEntry(key, more);
    tables.upsert(SHARD, Map.of(key, more));
    assertThat(stored(key)).isEqualTo(more);
    tables.upsert(SHARD, Map.of(key, row(6, RoleVersion.of(6), null)));
    assertThat(stored(key)).isEqualTo(row(6, RoleVersion.of(6), null));
  }

  @Test
  void whatIsInUseIsRaisedAndWhatWasBuriedMeanwhileStaysBuried() throws SQLException {
    RoleKey inUse = key(user(), "r10");
    RoleKey lost = key(user(), "r11");
    tables.upsert(SHARD, Map.of(inUse, row(1, RoleVersion.of(1), null)));
    tables.upsert(SHARD, Map.of(lost, row(1, RoleVersion.of(1), null)));
    assertThat(
            tables.raise(
                SHARD,
                Map.of(
                    inUse,
                    row(2, RoleVersion.of(2), null),
                    lost,
                    row(2, RoleVersion.of(2), LOGIN))))
        .isTrue();
    assertThat(tables.bury(SHARD, lost, RoleVersion.of(3))).isEqualTo(RoleVersion.of(3));
    assertThat(
            tables.raise(
                SHARD,
                Map.of(
                    inUse, row(4, RoleVersion.of(4), null),
                    lost, row(4, new RoleVersion(1, 4), null))))
        .isFalse();
    assertThat(stored(inUse)).isEqualTo(row(4, RoleVersion.of(4), null));
    RoleRow grave = Objects.requireNonNull(stored(lost));
    assertThat(grave.state()).isEqualTo(Role.State.DELETED);
    assertThat(grave.version()).isEqualTo(RoleVersion.of(3));
    assertThat(tables.raise(SHARD, Map.of(inUse, row(3, RoleVersion.of(3), null)))).isFalse();
    assertThat(stored(inUse)).isEqualTo(row(4, RoleVersion.of(4), null));
  }

  @Test
  void whatIsInUseAdvancesUnreadAndNothingElseIsTouched() throws SQLException {
    RoleKey inUse = key(user(), "r12");
    RoleKey buried = key(user(), "r13");
    RoleKey newer = key(user(), "r14");
    RoleKey missing = key(user(), "r15");
    tables.upsert(SHARD, Map.of(inUse, row(1, RoleVersion.of(1), LOGIN)));
    tables.upsert(SHARD, Map.of(buried, row(1, RoleVersion.of(1), null)));
    tables.upsert(SHARD, Map.of(newer, row(9, new RoleVersion(1, 2), null)));
    tables.bury(SHARD, buried, RoleVersion.of(2));

    assertThat(tables.advance(SHARD, Map.of(inUse, row(2, RoleVersion.of(2), null)))).isTrue();
    assertThat(stored(inUse)).isEqualTo(row(2, RoleVersion.of(2), LOGIN));
    assertThat(tables.advance(SHARD, Map.of(inUse, row(3, RoleVersion.of(2), null)))).isFalse();
    assertThat(stored(inUse)).isEqualTo(row(2, RoleVersion.of(2), LOGIN));

    for (RoleKey other : List.of(buried, newer, missing)) {
      RoleRow before = stored(other);
      assertThat(tables.advance(SHARD, Map.of(other, row(5, RoleVersion.of(5), LOGIN)))).isFalse();
      assertThat(stored(other)).isEqualTo(before);
    }
    RoleRow last = row(3, new RoleVersion(2, 1), LOGIN.plusSeconds(1));
    assertThat(
            tables.advance(
                SHARD,
                new TreeMap<>(Map.of(inUse, last, missing, row(5, RoleVersion.of(5), null)))))
        .isFalse();
    assertThat(stored(inUse)).isEqualTo(last);
    assertThat(stored(missing)).isNull();
    assertThat(tables.advance(SHARD, Map.of(inUse, row(1, new RoleVersion(2, 2), LOGIN)))).isTrue();
    assertThat(stored(inUse)).isEqualTo(row(1, new RoleVersion(2, 2), LOGIN.plusSeconds(1)));
  }

  @Test
  void readingTellsOfPlayersAndVersions() throws SQLException {
    UserId there = user();
    addPlayer(there);
    RoleKey known = key(there, "r2");
    tables.upsert(SHARD, Map.of(known, row(5, new RoleVersion(2, 5), LOGIN)));

    assertThat(tables.read(SHARD, List.of(known, key(there, "new"), key(user(), "r3"))))
        .containsExactly(
            new RoleTables.Known(
                RoleTables.Player.PRESENT,
                new RoleTables.Version(new RoleVersion(2, 5), Role.State.ACTIVE, LOGIN)),
            new RoleTables.Known(RoleTables.Player.PRESENT, null),
            new RoleTables.Known(RoleTables.Player.ABSENT, null));
  }

  @Test
  void onlyWhatIsOlderIsBuried() throws SQLException {
    RoleKey key = key(user(), "r4");
    tables.upsert(SHARD, Map.of(key, row(5, RoleVersion.of(5), LOGIN)));
    assertThat(tables.bury(SHARD, key, RoleVersion.of(5))).isEqualTo(RoleVersion.of(5));
    assertThat(tables.bury(SHARD, key, RoleVersion.of(4))).isEqualTo(RoleVersion.of(5));
    assertThat(tables.bury(SHARD, key, RoleVersion.of(6))).isEqualTo(RoleVersion.of(6));
    RoleRow buried = Objects.requireNonNull(stored(key));
    assertThat(buried.state()).isEqualTo(Role.State.DELETED);
    assertThat(buried.version()).isEqualTo(RoleVersion.of(6));
    assertThat(buried.picture().level()).isEqualTo(5);
    assertThat(tables.bury(SHARD, key(user(), "r4"), RoleVersion.of(6))).isNull();
  }

  @Test
  void whoIsOustedIsNotedUntilItIsSettled() throws SQLException {
    RoleKey a = key(user(), "r5");
    RoleKey b = key(user(), "r5");
    RoleKey c = key(user(), "r5");
    Shard locator = locatorOf(a.roleId());
    assertThat(tables.insertOwners(locator, new TreeMap<>(Map.of(a, RoleVersion.of(1))))).isTrue();
    assertThat(tables.insertOwners(locator, new TreeMap<>(Map.of(b, RoleVersion.of(2))))).isFalse();
    assertThat(tables.disputed(locator, List.of(a))).isEmpty();
    assertThat(tables.notOwned(locator, List.of(a, b, key(user(), "nobody")))).hasSize(2);

    tables.claim(locator, Map.of(b, RoleVersion.of(1)));
    assertThat(tables.disputed(locator, List.of(b)))
        .containsEntry(b, new RoleTables.Place(a.userId(), RoleVersion.of(1), null));
    tables.claim(locator, Map.of(b, RoleVersion.of(3)));
    RoleTables.Place ofB = new RoleTables.Place(b.userId(), RoleVersion.of(3), a.userId());
    assertThat(tables.disputed(locator, List.of(b))).containsEntry(b, ofB);
    // A third one has to wait; the ousted one may come back.
    tables.claim(locator, Map.of(c, RoleVersion.of(9)));
    assertThat(tables.disputed(locator, List.of(c))).containsEntry(c, ofB);
    tables.claim(locator, Map.of(a, new RoleVersion(1, 1)));
    RoleTables.Place ofA = new RoleTables.Place(a.userId(), new RoleVersion(1, 1), b.userId());
    assertThat(tables.disputed(locator, List.of(a))).containsEntry(a, ofA);

    tables.settled(locator, b, RoleVersion.of(3));
    assertThat(tables.disputed(locator, List.of(a))).containsEntry(a, ofA);
    tables.settled(locator, b, new RoleVersion(1, 1));
    assertThat(tables.disputed(locator, List.of(a))).isEmpty();
    tables.claim(locator, Map.of(a, new RoleVersion(1, 4)));
    tables.claim(locator, Map.of(c, new RoleVersion(1, 3)));
    assertThat(tables.disputed(locator, List.of(c)))
        .containsEntry(c, new RoleTables.Place(a.userId(), new RoleVersion(1, 4), null));
  }

  @Test
  void pagesAreCutByUserAndRole() throws SQLException {
    UserId first = user();
    UserId second = user();
    List<RoleKey> keys =
        List.of(key(first, "a"), key(first, "b"), key(second, "a"), key(second, "c"));
    for (RoleKey key : keys) {
      tables.upsert(SHARD, Map.of(key, row(1, RoleVersion.of(1), null)));
    }
    assertThat(tables.ofServer(SHARD, server, null, null, 3).keySet())
        .containsExactlyElementsOf(keys.subList(0, 3));
    assertThat(tables.ofServer(SHARD, server, keys.get(0), keys.get(2), 9).keySet())
        .containsExactlyElementsOf(keys.subList(1, 3));
    assertThat(tables.ofServer(SHARD, server, key(first, "aa"), null, 9).keySet())
        .containsExactlyElementsOf(keys.subList(1, 4));
    assertThat(tables.ofServer(SHARD, new ServerId("none"), null, null, 9)).isEmpty();
  }

  @Test
  void whatIsParkedFollowsTheSameRuleAndLeavesAsItWasRead() throws SQLException {
    RoleKey key = key(user(), "r6");
    tables.park(SHARD, Map.of(key, row(5, RoleVersion.of(5), null)));
    tables.park(SHARD, Map.of(key, row(4, RoleVersion.of(4), LOGIN)));
    Map<RoleKey, RoleRow> waiting =
        tables.parkedBefore(SHARD, Instant.now().plusSeconds(60), 10_000);
    assertThat(waiting).containsEntry(key, row(5, RoleVersion.of(5), LOGIN));
    assertThat(tables.parkedOfPresent(SHARD, 10_000)).doesNotContainKey(key);
    addPlayer(key.userId());
    Map<RoleKey, RoleRow> present = tables.parkedOfPresent(SHARD, 10_000);
    assertThat(present).containsKey(key);

    tables.park(SHARD, Map.of(key, row(6, RoleVersion.of(6), LOGIN)));
    tables.unpark(SHARD, present);
    assertThat(tables.parkedOfPresent(SHARD, 10_000)).containsKey(key);
    tables.unpark(SHARD, tables.parkedOfPresent(SHARD, 10_000));
    assertThat(tables.parkedOfPresent(SHARD, 10_000)).doesNotContainKey(key);
  }
}
