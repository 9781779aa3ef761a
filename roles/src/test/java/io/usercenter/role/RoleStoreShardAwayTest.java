package io.usercenter.role;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.roleevent.RoleEvent;
import io.usercenter.roleevent.ServerId;
import io.usercenter.testkit.Backends;
import io.usercenter.testkit.MySqlServer;
import io.usercenter.testkit.MySqlSettings;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * One of two MySQL servers dies: only what needs it is postponed, and sending it again completes
 * it.
 */
class RoleStoreShardAwayTest {
  private static final Shard HERE = new Shard(3);
  private static final Shard AWAY = new Shard(20);

  @Test
  void whatNeedsAShardThatIsAwayIsPostponedAndCompletedLater() throws Exception {
    try (MySqlServer low = Backends.newMySql(MySqlSettings.standard().relaxed());
        MySqlServer high = Backends.newMySql(MySqlSettings.standard().relaxed());
        TestShards shards = TestShards.on(low, high)) {
      UserId here = shards.user(HERE);
      UserId away = shards.user(AWAY);
      TestEvents near = new TestEvents(here, new ServerId("s1"), shards.roleId(HERE));
      TestEvents locatorAway = new TestEvents(here, new ServerId("s1"), shards.roleId(AWAY));
      TestEvents userAway = new TestEvents(away, new ServerId("s1"), shards.roleId(HERE));
      List<RoleEvent> events =
          List.of(near.created(1, 1), locatorAway.created(1, 1), userAway.created(1, 1));
      high.kill9();

      List<RoleOutcome> outcomes = shards.store.apply(events);

      assertThat(outcomes.get(0)).isEqualTo(new RoleOutcome.Applied());
      assertThat(outcomes.subList(1, 3))
          .allSatisfy(
              outcome ->
                  assertThat(outcome)
                      .isInstanceOfSatisfying(
                          RoleOutcome.Postponed.class,
                          postponed -> assertThat(postponed.shard()).isEqualTo(AWAY)));
      // The player sees the role at once; only the search by its id waits.
      assertThat(shards.directory.of(here).roles()).hasSize(2);
      assertThat(shards.store.apply(List.of(locatorAway.updated(2, 2))))
          .containsExactly(new RoleOutcome.Applied());

      high.restart();
      while (shards.store.apply(events).stream()
          .anyMatch(outcome -> outcome instanceof RoleOutcome.Postponed)) {
        Thread.onSpinWait();
      }

      assertThat(shards.directory.of(away).roles()).hasSize(1);
      assertThat(shards.directory.byRoleId(locatorAway.role()))
          .containsExactly(new RoleOwner(here, new ServerId("s1")));
      assertThat(shards.directory.byRoleId(userAway.role()))
          .containsExactly(new RoleOwner(away, new ServerId("s1")));
    }
  }
}
