package io.usercenter.token;

import static io.usercenter.token.RejectionReason.BANNED;
import static io.usercenter.token.RejectionReason.EPOCH_STALE;
import static io.usercenter.token.RejectionReason.KICKED;
import static io.usercenter.token.RejectionReason.NEWS_TOO_OLD;
import static io.usercenter.token.RejectionReason.REPLACED;
import static io.usercenter.token.RejectionReason.REVOKED;
import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.id.UserId;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What was revoked stays refused for as long as a token can live, in any order and in bounded
 * memory. Checked against tokens just inside and just outside of each bound.
 */
class RevocationsTest {
  private static final Duration LIFE = Duration.ofMinutes(15);
  private static final UserId USER = new UserId(4711);
  private final ManualTime time = new ManualTime();
  private final Revocations revocations = new Revocations(LIFE, 100, time);

  private AccessToken token(UserId user, long session, int epoch) {
    Instant now = time.instant();
    return new AccessToken(user, session, epoch, "", "", now, now.plus(LIFE), "j");
  }

  private Revocation session(long session, RevocationReason reason) {
    return session(USER, session, reason);
  }

  private Revocation session(UserId user, long session, RevocationReason reason) {
    return Revocation.ofSession("1", user, session, reason, time.instant());
  }

  private Revocation epoch(UserId user, int minEpoch, RevocationReason reason) {
    return Revocation.ofEpoch("1", user, minEpoch, reason, time.instant());
  }

  @Test
  void aSessionEndsAndItsNeighboursDoNot() {
    revocations.add(session(7, RevocationReason.LOGOUT));
    assertThat(revocations.check(token(USER, 7, 0))).isEqualTo(REVOKED);
    assertThat(revocations.check(token(USER, 8, 0))).isNull();
  }

  @Test
  void tokensBelowTheEpochEndAndNewerOnesDoNot() {
    revocations.add(epoch(USER, 3, RevocationReason.PASSWORD));
    assertThat(revocations.check(token(USER, 7, 2))).isEqualTo(EPOCH_STALE);
    assertThat(revocations.check(token(USER, 7, 3))).isNull();
    assertThat(revocations.check(token(new UserId(4712), 7, 0))).isNull();
  }

  @Test
  void oneEntryMayEndASessionAndAnEpoch() {
    revocations.add(new Revocation("1", USER, 7L, 3, RevocationReason.THEFT, time.instant()));
    assertThat(revocations.check(token(USER, 7, 9))).isEqualTo(REVOKED);
    assertThat(revocations.check(token(USER, 8, 2))).isEqualTo(EPOCH_STALE);
  }

  @ParameterizedTest
  @CsvSource({
    "LOGOUT, REVOKED, EPOCH_STALE",
    "THEFT, REVOKED, EPOCH_STALE",
    "DELETED, REVOKED, EPOCH_STALE",
    "PASSWORD, REVOKED, EPOCH_STALE",
    "OTHER, REVOKED, EPOCH_STALE",
    "KICKED, KICKED, KICKED",
    "REPLACED, REPLACED, REPLACED",
    "BANNED, BANNED, BANNED"
  })
  void theReasonIsTold(
      RevocationReason reason, RejectionReason ofSession, RejectionReason ofEpoch) {
    revocations.add(session(7, reason));
    revocations.add(epoch(USER, 3, reason));
    assertThat(revocations.check(token(USER, 7, 9))).isEqualTo(ofSession);
    assertThat(revocations.check(token(USER, 8, 0))).isEqualTo(ofEpoch);
  }

  @Test
  void anEarlierEpochThatComesLateChangesNothing() {
    revocations.add(epoch(USER, 5, RevocationReason.BANNED));
    revocations.add(epoch(USER, 4, RevocationReason.KICKED));
    assertThat(revocations.check(token(USER, 7, 4))).isEqualTo(BANNED);
    assertThat(revocations.size()).isEqualTo(1);
  }

  @Test
  void theFirstReasonOfASessionStands() {
    revocations.add(session(7, RevocationReason.REPLACED));
    revocations.add(session(7, RevocationReason.KICKED));
    assertThat(revocations.check(token(USER, 7, 0))).isEqualTo(REPLACED);
    assertThat(KICKED).isNotEqualTo(REPLACED);
  }

  @Test
  void itIsRememberedUntilTheLastTokenIsDead() {
    AccessToken token = token(USER, 7, 2);
    revocations.add(session(7, RevocationReason.LOGOUT));
    revocations.add(epoch(USER, 3, RevocationReason.BANNED));
    time.pass(LIFE.minusMillis(1));
    revocations.add(session(8, RevocationReason.LOGOUT));
    assertThat(revocations.check(token)).isEqualTo(REVOKED);
    assertThat(revocations.size()).isEqualTo(3);
    time.pass(Duration.ofMillis(1));
    revocations.add(session(9, RevocationReason.LOGOUT));
    assertThat(revocations.check(token)).isNull();
    assertThat(revocations.size()).isEqualTo(2);
  }

  @Test
  void aHigherEpochIsRememberedFromItsOwnTime() {
    revocations.add(epoch(USER, 3, RevocationReason.PASSWORD));
    time.pass(LIFE.dividedBy(2));
    revocations.add(epoch(USER, 4, RevocationReason.PASSWORD));
    time.pass(LIFE.dividedBy(2));
    revocations.add(session(9, RevocationReason.LOGOUT)); // sweeps the first, not the second
    assertThat(revocations.check(token(USER, 7, 3))).isEqualTo(EPOCH_STALE);
  }

  @Test
  void itIsRememberedLongEnoughWhenTheServiceIsAheadOfUs() {
    time.moveWall(Duration.ofMinutes(-4)); // our clock is 4 min behind the service's
    Instant serviceNow = ManualTime.START;
    AccessToken token = new AccessToken(USER, 7, 0, "", "", serviceNow, serviceNow.plus(LIFE), "j");
    revocations.add(Revocation.ofSession("1", USER, 7, RevocationReason.KICKED, serviceNow));
    time.pass(Duration.between(time.instant(), token.expiresAt()).minusMillis(1));
    revocations.add(session(8, RevocationReason.LOGOUT));
    assertThat(revocations.check(token)).isEqualTo(KICKED);
  }

  @Test
  void aDateFarOffDoesNotStayForEver() {
    revocations.add(
        Revocation.ofSession("1", USER, 7, RevocationReason.KICKED, Instant.MAX.minusSeconds(9)));
    time.pass(LIFE.multipliedBy(2));
    revocations.add(session(8, RevocationReason.LOGOUT));
    assertThat(revocations.size()).isEqualTo(1);
    assertThat(revocations.check(token(USER, 7, 0))).isNull();
  }

  @Test
  void whenItIsFullNothingRevokedIsAcceptedAndNewTokensAre() {
    AccessToken revokedFirst = token(USER, 1, 0);
    AccessToken innocent = token(USER, 999_999, 0);
    for (int i = 1; i <= 1_000; i++) {
      revocations.add(session(i, RevocationReason.BANNED));
    }
    assertThat(revocations.size()).isEqualTo(100);
    assertThat(revocations.check(revokedFirst)).isEqualTo(NEWS_TOO_OLD);
    assertThat(revocations.check(innocent)).isEqualTo(NEWS_TOO_OLD);
    assertThat(revocations.check(token(USER, 1_000, 0))).isEqualTo(BANNED);
    time.pass(Duration.ofSeconds(1)); // they refresh
    assertThat(revocations.check(token(USER, 999_999, 0))).isNull();
  }

  @Test
  void howeverManyThereAreEachIsFoundAndOthersAreNot() {
    Revocations many = new Revocations(LIFE, 50_000, time);
    for (int i = 1; i <= 20_000; i++) {
      many.add(session(new UserId(i * 32L + 2), i * 32L, RevocationReason.KICKED));
      many.add(epoch(new UserId(i * 32L), 2, RevocationReason.BANNED));
      if (i % 5_000 == 0) {
        for (long id = 32; id <= i * 32L; id += 32) {
          assertThat(many.check(token(new UserId(id), 1, 1))).isEqualTo(BANNED);
          assertThat(many.check(token(new UserId(id + 2), id, 1))).isEqualTo(KICKED);
          assertThat(many.check(token(new UserId(id + 1), id + 1, 1))).isNull();
          assertThat(many.check(token(new UserId(id + 2), id + 1, 1))).isNull();
        }
      }
    }
  }

  @Test
  void theFilterDeniesNothingThatWasAddedAndMostOfTheRest() {
    Random random = new Random(1);
    SeenFilter filter = new SeenFilter(10_000);
    Set<Long> added = new HashSet<>();
    while (filter.hasRoom()) {
      long key = random.nextLong();
      filter.add(key);
      added.add(key);
    }
    assertThat(added).hasSizeGreaterThanOrEqualTo(10_000).allMatch(filter::mayHave);
    int inVain = 0;
    for (long key = 1; key <= 100_000; key++) { // ids in a row, as a generator makes them
      inVain += filter.mayHave(key << 21) ? 1 : 0;
    }
    assertThat(inVain).isLessThan(15_000);
  }

  @Test
  void whatWasAddedIsSeenByOthersFromThenOn() throws Exception {
    Revocations shared = new Revocations(LIFE, 100_000, time);
    AtomicLong lastAdded = new AtomicLong();
    Thread writer =
        new Thread(
            () -> {
              for (long id = 1; id <= 60_000; id++) {
                shared.add(session(new UserId(id), id, RevocationReason.KICKED));
                lastAdded.set(id);
              }
            });
    writer.start();
    long missed = 0;
    Random random = new Random(1);
    while (lastAdded.get() < 60_000) {
      long last = lastAdded.get();
      if (last > 0) {
        long any = random.nextBoolean() ? last : 1 + random.nextLong(last);
        missed += shared.check(token(new UserId(any), any, 0)) == null ? 1 : 0;
      }
    }
    writer.join();
    assertThat(missed).isZero();
  }

  @Test
  void itAgreesWithAModelThatForgetsNothing() {
    for (long seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      Revocations bounded = new Revocations(LIFE, 20, time);
      Set<Long> endedSessions = new HashSet<>();
      Map<Long, Integer> minEpochs = new HashMap<>();
      for (int step = 0; step < 120; step++) {
        long session = 1L + random.nextInt(40);
        UserId user = new UserId(1 + session % 5);
        int epoch = random.nextInt(6);
        if (random.nextInt(3) == 0) {
          time.pass(Duration.ofMillis(random.nextInt(3_000)));
        }
        if (random.nextInt(4) == 0) {
          boolean whole = random.nextBoolean();
          bounded.add(
              whole
                  ? epoch(user, epoch, RevocationReason.KICKED)
                  : session(user, session, RevocationReason.KICKED));
          if (whole) {
            minEpochs.merge(user.value(), epoch, Math::max);
          } else {
            endedSessions.add(session);
          }
        } else {
          boolean revoked =
              endedSessions.contains(session)
                  || epoch < minEpochs.getOrDefault(user.value(), Integer.MIN_VALUE);
          // A token as old as the run, so it could have been revoked by any step.
          AccessToken token =
              new AccessToken(
                  user,
                  session,
                  epoch,
                  "",
                  "",
                  ManualTime.START,
                  time.instant().plusSeconds(9),
                  "j");
          if (revoked) {
            assertThat(bounded.check(token)).as("seed %d step %d", seed, step).isNotNull();
          }
        }
        assertThat(bounded.size()).isLessThanOrEqualTo(20);
      }
    }
  }
}
