package io.usercenter.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.id.UserId;
import io.usercenter.id.Username;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What changes over two shards rely on; every store must keep it. */
abstract class IdentityStoreContract {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00.123Z");
  private static final Instant LATER = NOW.plusSeconds(60);
  private static final Instant LONG_AGO = NOW.minus(Duration.ofDays(30));
  private static final AtomicInteger COUNT = new AtomicInteger();

  abstract IdentityStore store();

  /** A new account that was registered with this name and a password. */
  abstract UserId account(Username firstName);

  private static Identity fresh() {
    return Identity.of("channel", "s" + COUNT.incrementAndGet() + "-" + System.nanoTime());
  }

  private static Username freshName() {
    return Username.ofCanonical("n" + COUNT.incrementAndGet() + "." + System.nanoTime());
  }

  private UserId account() {
    return account(freshName());
  }

  private static Claim reserved(Identity identity, UserId owner) {
    return new Claim(identity, owner, Claim.State.RESERVED, 0, 42, LATER);
  }

  private boolean reserve(Claim claim) {
    return store().reserve(claim, NOW, LONG_AGO);
  }

  private Holder holder(UserId owner) {
    return store().holder(owner).orElseThrow();
  }

  @Test
  void anIdentityIsReservedOnce() {
    Identity identity = fresh();
    UserId first = account();
    assertThat(store().find(identity)).isEmpty();
    assertThat(reserve(reserved(identity, first))).isTrue();
    assertThat(store().find(identity)).contains(reserved(identity, first));
    assertThat(reserve(reserved(identity, account()))).isFalse();
    assertThat(reserve(reserved(identity, first))).isFalse();
  }

  @Test
  void aRowChangesOnlyAsItWasRead() {
    Claim claim = reserved(fresh(), account());
    assertThat(reserve(claim)).isTrue();
    Claim otherFence = new Claim(claim.identity(), claim.owner(), claim.state(), 7, 42, LATER);
    Claim otherToken = claim.reserved(0, 43, LATER);
    Claim otherState = claim.leaving(0, 42, LATER);
    Claim otherOwner = reserved(claim.identity(), account());
    for (Claim wrong : new Claim[] {otherFence, otherToken, otherState, otherOwner}) {
      assertThat(store().change(wrong, wrong.confirmed())).isFalse();
      assertThat(store().remove(wrong)).isFalse();
    }
    assertThat(store().change(claim, claim.confirmed())).isTrue();
    assertThat(store().find(claim.identity())).contains(claim.confirmed());
    assertThat(store().remove(claim)).isFalse();
    assertThat(store().remove(claim.confirmed())).isTrue();
    assertThat(store().find(claim.identity())).isEmpty();
  }

  @Test
  void anAccountIsWrittenAtItsEpochOnly() {
    UserId owner = account();
    Identity identity = fresh();
    assertThat(holder(owner).epoch()).isZero();
    assertThat(store().add(owner, 1, identity, NOW)).isFalse();
    assertThat(store().add(owner, 0, identity, NOW)).isTrue();
    assertThat(holder(owner).identities()).containsExactly(new LinkedIdentity(identity, NOW));
    assertThat(holder(owner).epoch()).isOne();
    assertThat(store().drop(owner, 0, identity)).isFalse();
    assertThat(holder(owner).has(identity)).isTrue();
    assertThat(store().drop(owner, 1, identity)).isTrue();
    assertThat(holder(owner).identities()).isEmpty();
    assertThat(holder(owner).epoch()).isEqualTo(2);
  }

  @Test
  void aFenceEndsWhatWasBegunAtOrBelowIt() {
    UserId owner = account();
    Identity identity = fresh();
    assertThat(store().fenceOff(owner, 0, identity)).isFalse();
    assertThat(store().add(owner, 0, identity, NOW)).isFalse();
    assertThat(store().add(owner, 1, identity, NOW)).isTrue();
    assertThat(store().fenceOff(owner, 0, identity)).isTrue();
    assertThat(holder(owner).epoch()).as("above the fence already").isEqualTo(2);
    assertThat(store().fenceOff(owner, 5, identity)).isTrue();
    assertThat(holder(owner).epoch()).isEqualTo(6);
  }

  @Test
  void whoDoesNotExistHasNothing() {
    UserId nobody = new UserId(account().value() + (1L << 40));
    assertThat(store().holder(nobody)).isEmpty();
    assertThat(store().add(nobody, 0, fresh(), NOW)).isFalse();
    assertThat(store().fenceOff(nobody, 0, fresh())).isFalse();
  }

  @Test
  void aReleasedNameIsFreeForItsOwnerAtOnceAndForOthersLater() {
    UserId owner = account();
    UserId other = account();
    Identity name = Identity.ofName(freshName());
    Claim claim = reserved(name, owner);
    assertThat(reserve(claim)).isTrue();
    assertThat(store().change(claim, claim.released(LATER))).isTrue();
    assertThat(reserve(reserved(name, other))).isFalse();
    assertThat(reserve(claim)).isTrue();
    assertThat(store().change(claim, claim.released(LATER))).isTrue();
    assertThat(store().reserve(reserved(name, other), LATER, LONG_AGO)).isTrue();
  }

  @Test
  void theFirstNameOfAnAccountIsKeptUntilItWasGivenUpLongAgo() {
    Username first = freshName();
    UserId owner = account(first);
    UserId other = account();
    Claim wish = reserved(Identity.ofName(first), other);
    assertThat(reserve(wish)).as("in use").isFalse();
    assertThat(rename(owner, 0, freshName())).isTrue();
    assertThat(reserve(wish)).as("given up just now").isFalse();
    assertThat(holder(owner).homeName()).isEqualTo(first.canonical());
    assertThat(store().reserve(wish, NOW, NOW)).as("given up long enough ago").isTrue();
    assertThat(holder(owner).homeName()).isNotEqualTo(first.canonical());
    assertThat(holder(owner).epoch()).as("no way back at the old epoch").isEqualTo(2);
  }

  private boolean rename(UserId owner, int epoch, @Nullable Username name) {
    return store().rename(owner, epoch, name == null ? null : Identity.ofName(name), null, NOW);
  }

  @Test
  void aRenamedAccountHasOneNameMoreAndThenAnother() {
    Username first = freshName();
    UserId owner = account(first);
    Username second = freshName();
    Username third = freshName();
    assertThat(rename(owner, 1, second)).isFalse();
    assertThat(rename(owner, 0, second)).isTrue();
    assertThat(holder(owner).loginName()).isEqualTo(second.canonical());
    assertThat(holder(owner).renamedAt()).isEqualTo(NOW);
    assertThat(rename(owner, 1, third)).isTrue();
    assertThat(holder(owner).nameIdentity()).contains(Identity.ofName(third));
    assertThat(holder(owner).identities()).hasSize(1);
    assertThat(rename(owner, 2, null)).isTrue();
    assertThat(holder(owner).loginName()).isNull();
    assertThat(holder(owner).identities()).isEmpty();
    assertThat(holder(owner).homeName()).isEqualTo(first.canonical());
  }
}
