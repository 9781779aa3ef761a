package io.usercenter.deletion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.usercenter.account.AccountStatus;
import io.usercenter.account.Accounts;
import io.usercenter.ban.Bans;
import io.usercenter.id.UserId;
import io.usercenter.identity.Identities;
import io.usercenter.identity.Identity;
import io.usercenter.identity.LinkResult;
import io.usercenter.it.Remains;
import io.usercenter.it.Usercenter;
import io.usercenter.platform.PersonalData;
import io.usercenter.platform.ShardRounds;
import io.usercenter.shard.Shards;
import io.usercenter.testkit.Backends;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * An instance that dies between any two steps of an erasure leaves what another one finishes. The
 * steps run against real shards; death is an exception that nobody catches. What happens when it
 * comes inside of the step that takes the identities away is simulated in the module identity.
 */
class ErasureCrashTest {
  private static Usercenter service;

  @BeforeAll
  static void start() {
    service =
        Usercenter.start(
            Backends.mysql(), Backends.redis(), "usercenter.deletion.sweep-interval=1h");
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @Test
  void whoeverDiesAfterWhicheverStepAnotherOneFinishes() throws SQLException {
    List<PersonalData> parts = List.copyOf(service.beans(PersonalData.class));
    assertThat(parts).hasSizeGreaterThan(4);
    for (int steps = 0; steps <= parts.size(); steps++) {
      String name = "dies-after-" + steps;
      Identity identity = Identity.of("simulator", name + "@x.test");
      UserId user = service.registered(name);
      Identities identities = service.bean(Identities.class);
      assertThat(identities.link(user, identity)).isInstanceOf(LinkResult.Done.class);
      itIsTimeToErase(user);

      erasures(parts).erase(user); // begins
      assertThat(service.bean(Accounts.class).byId(user)).as("nobody finds it").isEmpty();
      erasures(List.of(new Death())).erase(user); // another instance, and its minute is not over
      itIsTimeToGoOn(user);
      List<PersonalData> thenDies = new ArrayList<>(parts.subList(0, steps));
      thenDies.add(new Death());
      assertThatThrownBy(() -> erasures(thenDies).erase(user)).isInstanceOf(Dead.class);
      assertThat(identities.link(user, Identity.of("simulator", name + "@late.test")))
          .as("who comes late gets nothing in")
          .isInstanceOf(LinkResult.NoAccount.class);

      erasures(parts).erase(user);
      erasures(parts).erase(user); // again, as a second instance does

      assertThat(Remains.in(List.of(Backends.mysql()), List.of(name)))
          .as("after a death behind %s steps", steps)
          .isEmpty();
      assertThat(identities.isClaimed(identity)).isFalse();
    }
  }

  @Test
  void anAccountThatWasRestoredSinceItWasReadStaysWhole() throws SQLException {
    UserId user = service.registered("restored-in-time");
    Accounts accounts = service.bean(Accounts.class);
    Deletions deletions = service.bean(Deletions.class);
    itIsTimeToErase(user);
    assertThat(deletions.restore(user, () -> accounts.byIdLocked(user))).isPresent();

    erasures(List.of(new Death())).erase(user); // a sweep had read it before

    assertThat(accounts.byId(user).orElseThrow().status()).isEqualTo(AccountStatus.ACTIVE);

    assertThat(deletions.request(user, () -> accounts.byIdLocked(user))).isPresent();

    erasures(List.of(new Death())).erase(user);

    assertThat(accounts.byId(user).orElseThrow().eraseAfter())
        .as("who leaves again has the whole term again")
        .isAfter(Instant.now().plus(Duration.ofDays(1)));
  }

  private static Erasures erasures(List<PersonalData> parts) {
    return new Erasures(
        service.bean(ShardRounds.class),
        service.bean(Accounts.class),
        service.bean(Bans.class),
        service.bean(Identities.class),
        parts,
        InstantSource.system());
  }

  private static void itIsTimeToErase(UserId user) throws SQLException {
    change(user, "status = 'PENDING_DELETION', erase_after = UTC_TIMESTAMP(3) - INTERVAL 1 MINUTE");
  }

  private static void itIsTimeToGoOn(UserId user) throws SQLException {
    change(user, "erase_after = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND");
  }

  private static void change(UserId user, String values) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(
                Backends.mysql().jdbcUrl(Shards.database(user.shard())), "root", "");
        PreparedStatement update =
            connection.prepareStatement("UPDATE user SET " + values + " WHERE user_id = ?")) {
      update.setLong(1, user.value());
      assertThat(update.executeUpdate()).isEqualTo(1);
    }
  }

  private static final class Dead extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private static final class Death implements PersonalData {
    @Override
    public String section() {
      return "death";
    }

    @Override
    public Object export(UserId user) {
      throw new Dead();
    }

    @Override
    public boolean erase(UserId user) {
      throw new Dead();
    }
  }
}
