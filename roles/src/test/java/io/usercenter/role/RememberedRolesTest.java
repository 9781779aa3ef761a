package io.usercenter.role;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.id.GeneFunction;
import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.roleevent.RoleEvent;
import io.usercenter.roleevent.RoleId;
import io.usercenter.roleevent.RolePicture;
import io.usercenter.roleevent.RoleVersion;
import io.usercenter.roleevent.ServerId;
import io.usercenter.shard.Shards;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A store changes characters that it knows without reading them, and is not misled by that. */
class RememberedRolesTest {
  private static final Instant NOON = Instant.parse("2026-11-01T12:00:00Z");
  private static final ServerId SERVER = new ServerId("s1");
  private static final RoleId ROLE = new RoleId("r1");
  private static final UserId FIRST = new UserId(1_000 << 8 | 1);
  private static final UserId SECOND = new UserId(1_001 << 8 | 2);

  private final Shards shards = new Shards(GeneFunction.CRC32);
  private final Tables tables = new Tables();
  private final RoleStore store = store();

  /** Of another process. */
  private final RoleStore other = store();

  private static final class Tables extends InMemoryRoleTables {
    private int reads;
    private @Nullable SQLException failure;

    Tables() {
      super(QUIET, InstantSource.system());
    }

    @Override
    public List<Known> read(Shard shard, List<RoleKey> keys) throws SQLException {
      reads++;
      return super.read(shard, keys);
    }

    @Override
    public boolean advance(Shard shard, java.util.Map<RoleKey, RoleRow> rows) throws SQLException {
      SQLException fails = failure;
      if (fails != null) {
        throw fails;
      }
      return super.advance(shard, rows);
    }
  }

  private RoleStore store() {
    return new RoleStore(tables, shards, InstantSource.system(), _ -> {}, 100);
  }

  @BeforeEach
  void players() {
    tables.addPlayer(FIRST);
    tables.addPlayer(SECOND);
  }

  private static RoleEvent event(RoleEvent.Type type, UserId user, int revision) {
    return new RoleEvent(
        "e" + revision,
        type,
        SERVER,
        user,
        ROLE,
        RoleVersion.of(revision),
        NOON.plusSeconds(revision),
        type == RoleEvent.Type.ROLE_DELETED
            ? null
            : new RolePicture("Ayla", revision, "mage", 1, "steam"),
        null);
  }

  private static RoleOutcome tell(RoleStore store, RoleEvent.Type type, UserId user, int revision) {
    return store.apply(List.of(event(type, user, revision))).getFirst();
  }

  private RoleRow rowOf(UserId user) {
    return Objects.requireNonNull(tables.roles.get(new RoleKey(user, SERVER, ROLE))).row();
  }

  private UserId owner() {
    return Objects.requireNonNull(tables.places.get(new InMemoryRoleTables.Named(SERVER, ROLE)))
        .owner();
  }

  @Test
  void whatRaisesAKnownCharacterIsNotReadFirst() {
    tell(store, RoleEvent.Type.ROLE_CREATED, FIRST, 1);
    int reads = tables.reads;
    assertThat(tell(store, RoleEvent.Type.ROLE_UPDATED, FIRST, 2))
        .isEqualTo(new RoleOutcome.Applied());
    assertThat(
            store.apply(
                List.of(
                    event(RoleEvent.Type.ROLE_UPDATED, FIRST, 4),
                    event(RoleEvent.Type.ROLE_UPDATED, FIRST, 3))))
        .containsExactly(new RoleOutcome.Applied(), new RoleOutcome.Superseded());
    assertThat(tables.reads).isEqualTo(reads);
    assertThat(rowOf(FIRST).picture().level()).isEqualTo(4);
    assertThat(tell(other, RoleEvent.Type.ROLE_UPDATED, FIRST, 5))
        .isEqualTo(new RoleOutcome.Applied());
    assertThat(tables.reads).isEqualTo(reads + 1);
  }

  @Test
  void whatComesTwiceOrLateChangesNothing() {
    tell(store, RoleEvent.Type.ROLE_CREATED, FIRST, 1);
    tell(store, RoleEvent.Type.ROLE_UPDATED, FIRST, 3);
    for (int late : new int[] {3, 2}) {
      assertThat(tell(store, RoleEvent.Type.ROLE_UPDATED, FIRST, late))
          .isEqualTo(new RoleOutcome.Superseded());
    }
    tell(other, RoleEvent.Type.ROLE_UPDATED, FIRST, 9);
    assertThat(tell(store, RoleEvent.Type.ROLE_UPDATED, FIRST, 4))
        .isEqualTo(new RoleOutcome.Superseded());
    assertThat(rowOf(FIRST).picture().level()).isEqualTo(9);
  }

  @Test
  void whoLostACharacterElsewhereGetsItBackByAClaimOnly() {
    tell(store, RoleEvent.Type.ROLE_CREATED, FIRST, 1);
    tell(other, RoleEvent.Type.ROLE_CREATED, SECOND, 2);
    assertThat(rowOf(FIRST).state()).isEqualTo(Role.State.DELETED);
    assertThat(owner()).isEqualTo(SECOND);
    tell(store, RoleEvent.Type.ROLE_UPDATED, FIRST, 3);
    assertThat(rowOf(FIRST).state()).isEqualTo(Role.State.ACTIVE);
    assertThat(rowOf(SECOND).state()).isEqualTo(Role.State.DELETED);
    assertThat(owner()).isEqualTo(FIRST);
  }

  @Test
  void aDeletedCharacterIsNotRememberedAsInUse() {
    tell(store, RoleEvent.Type.ROLE_CREATED, FIRST, 1);
    tell(store, RoleEvent.Type.ROLE_DELETED, FIRST, 2);
    tell(other, RoleEvent.Type.ROLE_CREATED, SECOND, 3);
    tell(store, RoleEvent.Type.ROLE_UPDATED, FIRST, 4);
    assertThat(owner()).isEqualTo(FIRST);
    assertThat(rowOf(SECOND).state()).isEqualTo(Role.State.DELETED);
  }

  @Test
  void whoWasErasedMeanwhileGetsNoCharacter() {
    tell(store, RoleEvent.Type.ROLE_CREATED, FIRST, 1);
    tables.erase(FIRST);
    tables.roles.remove(new RoleKey(FIRST, SERVER, ROLE));
    assertThat(tell(store, RoleEvent.Type.ROLE_UPDATED, FIRST, 2))
        .isInstanceOf(RoleOutcome.Rejected.class);
    assertThat(tables.roles).isEmpty();
  }

  @Test
  void aFailureIsToldAsWithoutAMemory() {
    tell(store, RoleEvent.Type.ROLE_CREATED, FIRST, 1);
    tables.failure = new SQLException("Data too long", "22001");
    assertThat(tell(store, RoleEvent.Type.ROLE_UPDATED, FIRST, 2))
        .isEqualTo(new RoleOutcome.Applied());
    assertThat(rowOf(FIRST).picture().level()).isEqualTo(2);
  }
}
