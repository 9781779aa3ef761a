package io.usercenter.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.roleevent.RoleEvent;
import io.usercenter.roleevent.RoleSnapshot;
import io.usercenter.roleevent.ServerId;
import io.usercenter.testkit.Backends;
import io.usercenter.testkit.MySqlServer;
import io.usercenter.testkit.MySqlSettings;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
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

  @Test
  void aPageThatWasRepairedWhileItsLocatorsWereAwayIsRepairedToItsEndLater() throws Exception {
    try (MySqlServer low = Backends.newMySql(MySqlSettings.standard().relaxed());
        MySqlServer high = Backends.newMySql(MySqlSettings.standard().relaxed());
        TestShards shards = TestShards.on(low, high)) {
      UserId user = shards.user(HERE);
      TestEvents role = new TestEvents(user, new ServerId("s2"), shards.roleId(AWAY));
      List<RoleSnapshot> theirs =
          List.of(new RoleSnapshot(user, role.role(), 1, null, TestEvents.picture(1)));
      RoleReconciliation reconciliation =
          new RoleReconciliation(shards.pools, shards.shards, shards.store);
      RoleReconciliation.Page page =
          new RoleReconciliation.Page(role.server(), 0, Instant.now(), HERE, null, null);
      high.kill9();

      assertThat(reconciliation.compare(page, theirs, true).differences())
          .singleElement()
          .satisfies(
              difference ->
                  assertThat(difference.repair()).isInstanceOf(RoleOutcome.Postponed.class));
      assertThat(shards.directory.of(user).roles()).hasSize(1);
      assertThatThrownBy(() -> reconciliation.summary(page)).isInstanceOf(SQLException.class);
      assertThatThrownBy(() -> reconciliation.compare(page, theirs, true))
          .isInstanceOf(SQLException.class);

      high.restart();
      assertThat(shards.pools.awaitVerdicts(Duration.ofSeconds(20))).isTrue();
      while (!shards.pools.health().allUp()) {
        Thread.onSpinWait();
      }
      assertThat(Objects.requireNonNull(reconciliation.summary(page)).found()).isFalse();
      assertThat(reconciliation.compare(page, theirs, true).differences())
          .extracting(RoleReconciliation.Difference::kind)
          .containsExactly(RoleReconciliation.Kind.NOT_FOUND_BY_ID);
      assertThat(Objects.requireNonNull(reconciliation.summary(page)).found()).isTrue();
      assertThat(shards.directory.byRoleId(role.role()))
          .containsExactly(new RoleOwner(user, role.server()));
    }
  }
}
