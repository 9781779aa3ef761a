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
import org.junit.jupiter.api.Test;

/**
 * A character changes hands between the reading and the writing of another change of it. Found by a
 * simulated world, one of three thousand.
 */
class OvertakenRoleTest {
  private static final Instant NOON = Instant.parse("2026-11-01T12:00:00Z");
  private static final UserId FIRST = new UserId(1_000 << 8 | 1);
  private static final UserId SECOND = new UserId(1_001 << 8 | 2);

  private final Shards shards = new Shards(GeneFunction.CRC32);
  private final Tables tables = new Tables();
  private final RoleStore store = new RoleStore(tables, shards, InstantSource.system(), _ -> {}, 0);
  private Runnable afterReading = () -> {};

  private final class Tables extends InMemoryRoleTables {
    Tables() {
      super(QUIET, InstantSource.system());
    }

    @Override
    public List<Known> read(Shard shard, List<RoleKey> keys) throws SQLException {
      List<Known> known = super.read(shard, keys);
      Runnable meanwhile = afterReading;
      afterReading = () -> {};
      meanwhile.run();
      return known;
    }
  }

  private void tell(RoleEvent.Type type, UserId user, int revision) {
    RoleEvent event =
        new RoleEvent(
            "e" + revision,
            type,
            new ServerId("s1"),
            user,
            new RoleId("r1"),
            RoleVersion.of(revision),
            NOON,
            type == RoleEvent.Type.ROLE_DELETED
                ? null
                : new RolePicture("Ayla", revision, "mage", 1, "steam"),
            null);
    assertThat(store.apply(List.of(event))).containsExactly(new RoleOutcome.Applied());
  }

  private Role.State stateOf(UserId user) {
    RoleKey key = new RoleKey(user, new ServerId("s1"), new RoleId("r1"));
    return Objects.requireNonNull(tables.roles.get(key)).row().state();
  }

  @Test
  void whoWasToldLastHasItAlone() {
    tables.addPlayer(FIRST);
    tables.addPlayer(SECOND);
    tell(RoleEvent.Type.ROLE_CREATED, FIRST, 16);
    afterReading = () -> tell(RoleEvent.Type.ROLE_UPDATED, SECOND, 17);
    tell(RoleEvent.Type.ROLE_UPDATED, FIRST, 18);
    assertThat(stateOf(FIRST)).isEqualTo(Role.State.ACTIVE);
    assertThat(stateOf(SECOND)).isEqualTo(Role.State.DELETED);
  }

  @Test
  void whatWasDeletedLastNobodyHas() {
    tables.addPlayer(FIRST);
    tables.addPlayer(SECOND);
    tell(RoleEvent.Type.ROLE_CREATED, FIRST, 16);
    afterReading = () -> tell(RoleEvent.Type.ROLE_UPDATED, SECOND, 17);
    tell(RoleEvent.Type.ROLE_DELETED, FIRST, 18);
    assertThat(stateOf(FIRST)).isEqualTo(Role.State.DELETED);
    assertThat(stateOf(SECOND)).isEqualTo(Role.State.DELETED);
  }
}
