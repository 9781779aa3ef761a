package io.usercenter.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.id.UserId;
import io.usercenter.id.Username;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** One order of events that random worlds meet once in tens of thousands. */
class LinkingTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final UserId OWNER = new UserId(4096);
  private static final Identity CHANNEL = Identity.of("channel", "a");

  @Test
  void aLateConfirmationIsNotTakenForThatOfALaterReservation() {
    World world = new World();
    world.reserveAgainBeforeAnOldConfirmationArrives();

    assertThat(world.find(CHANNEL).orElseThrow().inQuestion()).isTrue();
    assertThat(world.linking.ownerOf(CHANNEL)).isEmpty();
  }

  @Test
  void whoGoesOnWithAnEpochOfLongAgoDoesNotLetALateWriteThrough() {
    World world = new World();
    Holder longAgo = world.holder(OWNER).orElseThrow();
    Identity other = Identity.of("channel", "b");
    assertThat(world.linking.link(OWNER, other)).isInstanceOf(LinkResult.Done.class);

    // One instance reserves, and its write is late. Another one adopts the reservation and dies.
    int epoch = world.holder(OWNER).orElseThrow().epoch();
    Instant until = world.now.plus(PATIENCE);
    Claim first = new Claim(CHANNEL, OWNER, Claim.State.RESERVED, epoch, 7, until);
    assertThat(world.reserve(first, world.now, world.now)).isTrue();
    assertThat(longAgo.epoch()).isLessThan(epoch);
    assertThat(world.change(first, first.reserved(longAgo.epoch(), 8, until))).isTrue();
    world.linking.settle(world.find(CHANNEL).orElseThrow());

    assertThat(world.find(CHANNEL)).isEmpty();
    assertThat(world.add(OWNER, epoch, CHANNEL, world.now)).as("the late write").isFalse();
  }

  @Test
  void aRowThatIsTakenAwayTwiceIsSettledForBoth() {
    World world = new World();
    Holder longAgo = world.holder(OWNER).orElseThrow();
    assertThat(world.linking.link(OWNER, CHANNEL)).isInstanceOf(LinkResult.Done.class);
    int epoch = world.holder(OWNER).orElseThrow().epoch();
    Instant until = world.now.plus(PATIENCE);
    Claim confirmed = world.find(CHANNEL).orElseThrow();
    Claim leaving = confirmed.leaving(epoch, 7, until);
    assertThat(world.change(confirmed, leaving)).isTrue();
    assertThat(world.change(leaving, leaving.leaving(longAgo.epoch(), 8, until))).isTrue();
    world.linking.settle(world.find(CHANNEL).orElseThrow());

    assertThat(world.find(CHANNEL).orElseThrow().state()).isEqualTo(Claim.State.CONFIRMED);
    assertThat(world.drop(OWNER, epoch, CHANNEL)).as("the late removal").isFalse();
  }

  @Test
  void aChangeThatNobodyDisturbsLeavesNothingInQuestion() {
    World world = new World();
    assertThat(world.linking.link(OWNER, CHANNEL)).isInstanceOf(LinkResult.Done.class);
    assertThat(world.find(CHANNEL).orElseThrow().state()).isEqualTo(Claim.State.CONFIRMED);
    Username name = Username.ofCanonical("orion");
    assertThat(world.linking.rename(OWNER, name, null)).isInstanceOf(LinkResult.Done.class);
    assertThat(world.find(Identity.ofName(name)).orElseThrow().state())
        .isEqualTo(Claim.State.CONFIRMED);
  }

  @Test
  void withoutTokensItWouldBe() {
    World world = new World();
    world.forgetful = true;
    world.reserveAgainBeforeAnOldConfirmationArrives();

    assertThat(world.find(CHANNEL).orElseThrow().state()).isEqualTo(Claim.State.CONFIRMED);
    assertThat(world.holder(OWNER).orElseThrow().has(CHANNEL)).isFalse();
  }

  private static final class World extends InMemoryIdentityStore {
    private Instant now = START;
    private final Linking linking =
        new Linking(this, () -> now, new Random(1), PATIENCE, Duration.ofDays(30));
    private boolean delaying;
    private Runnable late = () -> {};

    World() {
      create(OWNER, "nova");
    }

    void reserveAgainBeforeAnOldConfirmationArrives() {
      Holder longAgo = holder(OWNER).orElseThrow();
      delaying = true;
      assertThat(linking.link(OWNER, CHANNEL)).isInstanceOf(LinkResult.Done.class);
      delaying = false;
      now = now.plus(PATIENCE);
      linking.settle(find(CHANNEL).orElseThrow());
      assertThat(linking.unlink(OWNER, CHANNEL)).isInstanceOf(LinkResult.Done.class);
      assertThat(find(CHANNEL)).isEmpty();

      // An instance that read the account before all this goes on, and dies after its reservation.
      Claim again =
          new Claim(CHANNEL, OWNER, Claim.State.RESERVED, longAgo.epoch(), 7, now.plus(PATIENCE));
      assertThat(reserve(again, now, now)).isTrue();
      late.run();
    }

    @Override
    public boolean change(Claim asRead, Claim next) {
      if (delaying && next.state() == Claim.State.CONFIRMED) {
        late = () -> super.change(asRead, next);
        return false;
      }
      return super.change(asRead, next);
    }
  }
}
