package io.usercenter.token;

import static io.usercenter.token.FakeUserCenter.answer;
import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The feed is followed without a gap, and its age is never said to be less than it is. One poll at
 * a time against real HTTP, with time moved by hand.
 */
class RevocationFeedTest {
  private static final UserId USER = new UserId(4711);
  private final ManualTime time = new ManualTime();
  private final FakeUserCenter service = new FakeUserCenter();
  private final Revocations revocations = new Revocations(Duration.ofHours(1), 1_000, time);
  private final NewsAge news = new NewsAge(time, time::nanoTime);
  private final List<News> withdrawn = new ArrayList<>();
  private final RevocationFeed feed = feed(FakeUserCenter.SECRET);

  private RevocationFeed feed(String secret) {
    return new RevocationFeed(
        new HttpRevocationPages(
            new UserCenter(service.url()),
            new ServiceCredential(FakeUserCenter.CREDENTIAL, secret),
            Duration.ofSeconds(5)),
        this::hear,
        news,
        Duration.ofMillis(50),
        new Random(1),
        RevocationFeed.BEGINNING);
  }

  private void hear(News heard) {
    if (heard instanceof Revocation revocation) {
      revocations.add(revocation);
    } else {
      withdrawn.add(heard);
    }
  }

  @AfterEach
  void stop() {
    service.close();
  }

  private Revocation session(long session) {
    return Revocation.ofSession("1", USER, session, RevocationReason.KICKED, time.instant());
  }

  private boolean knows(long session) {
    Instant now = time.instant();
    return revocations.check(
            new AccessToken(USER, session, 0, "", "", now, now.plusSeconds(9), "j"))
        != null;
  }

  @ParameterizedTest
  @ValueSource(longs = {1_000, 2_500, 10_000, 30_000, 50_000, 60_000, 3_600_000})
  void onePollThatIsLostDoesNotMakeTheNewsTooOld(long maxStaleness) {
    Duration most = Duration.ofMillis(maxStaleness);
    Duration wait = RevocationFeed.waitWithin(most);
    Duration slack = RevocationFeed.slackWithin(most);
    assertThat(wait).isPositive().isLessThanOrEqualTo(RevocationFeed.LONGEST_WAIT);
    assertThat(slack).isPositive();
    assertThat(wait.multipliedBy(2).plus(slack)).isLessThan(most);
  }

  @Test
  void itStartsAtTheBeginningWithoutWaitingThenPolls() throws InterruptedException {
    service.revoke(session(1));
    assertThat(news.millis()).isEqualTo(NewsAge.NEVER);
    feed.poll();
    assertThat(knows(1)).isTrue();
    assertThat(news.millis()).isZero();
    service.revoke(session(2));
    feed.poll();
    assertThat(knows(2)).isTrue();
    feed.poll();
    assertThat(service.feedQueries())
        .containsExactly("after=0&waitMs=0", "after=1&waitMs=50", "after=2&waitMs=50");
  }

  @Test
  void pagesAreReadToTheEndBeforeTheNewsCountsAsComplete() throws InterruptedException {
    service.pageSize(2);
    for (int i = 1; i <= 5; i++) {
      service.revoke(session(i));
    }
    assertThat(feed.poll()).isZero();
    assertThat(news.millis()).isEqualTo(NewsAge.NEVER);
    feed.poll();
    assertThat(news.millis()).isEqualTo(NewsAge.NEVER);
    feed.poll();
    assertThat(news.millis()).isZero();
    assertThat(knows(5)).isTrue();
  }

  @Test
  void afterAResetItStartsOverAndForgetsNothing() throws InterruptedException {
    service.revoke(session(1));
    feed.poll();
    revocations.add(session(77)); // known only here: the service lost it
    service.resetOnce();
    service.revoke(session(2));
    feed.poll();
    assertThat(knows(1)).isTrue();
    assertThat(knows(2)).isTrue();
    assertThat(knows(77)).isTrue();
    feed.poll();
    assertThat(service.feedQueries()).last().isEqualTo("after=2&waitMs=50");
  }

  @Test
  void theAgeCountsFromTheRequestNotFromTheAnswer() throws InterruptedException {
    service.feed =
        exchange -> {
          time.pass(Duration.ofSeconds(3)); // on the way
          answer(exchange, 200, new RevocationPage("1", false, false, List.of()).toJson());
        };
    feed.poll();
    assertThat(news.millis()).isEqualTo(3_000);
    time.pass(Duration.ofSeconds(2));
    assertThat(news.millis()).isEqualTo(5_000);
  }

  @Test
  void aClockThatIsSetBackOrStandsStillDoesNotMakeNewsYounger() throws InterruptedException {
    feed.poll();
    time.moveNanos(Duration.ofSeconds(30));
    time.moveWall(Duration.ofHours(-1));
    assertThat(news.millis()).isEqualTo(30_000);
    time.moveWall(Duration.ofHours(2)); // the machine slept: only the wall clock went on
    assertThat(news.millis()).isEqualTo(3_600_000);
  }

  @Test
  void troubleMakesItBackOffWithJitterAndThenAskAtOnce() throws InterruptedException {
    service.revoke(session(1));
    feed.poll();
    service.feed = exchange -> answer(exchange, 503, "{}");
    long ceiling = 200;
    for (int i = 0; i < 12; i++) {
      time.pass(Duration.ofSeconds(1));
      assertThat(feed.poll()).isBetween(Duration.ofMillis(ceiling / 2), Duration.ofMillis(ceiling));
      ceiling = Math.min(10_000, ceiling * 2);
    }
    assertThat(news.millis()).isEqualTo(12_000);

    service.revoke(session(2));
    service.feed = exchange -> answer(exchange, 200, "{\"next\":");
    assertThat(feed.poll()).isGreaterThanOrEqualTo(Duration.ofSeconds(5));

    service.feed =
        exchange ->
            answer(
                exchange, 200, new RevocationPage("2", false, false, List.of(session(2))).toJson());
    feed.poll();
    assertThat(news.millis()).isZero();
    assertThat(knows(2)).isTrue();
    assertThat(service.feedQueries()).last().isEqualTo("after=1&waitMs=0");
  }

  @Test
  void aWrongCredentialIsNoNews() throws InterruptedException {
    RevocationFeed stranger = feed("wrong");
    assertThat(stranger.poll()).isGreaterThanOrEqualTo(Duration.ofMillis(100));
    assertThat(news.millis()).isEqualTo(NewsAge.NEVER);
  }

  @Test
  void aServiceThatDoesNotHoldThePollIsNotAskedWithoutPause() throws InterruptedException {
    service.feed =
        exchange ->
            answer(exchange, 200, new RevocationPage("1", false, false, List.of()).toJson());
    feed.poll();
    assertThat(feed.poll()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void thePlaceIsSentBackAsItCame() throws InterruptedException {
    service.feed =
        exchange ->
            answer(
                exchange, 200, new RevocationPage("a&b=c d/é", false, false, List.of()).toJson());
    feed.poll();
    feed.poll();
    assertThat(service.feedQueries()).last().isEqualTo("after=a%26b%3Dc+d%2F%C3%A9&waitMs=50");
  }

  @Test
  void whoAsksIsToldOfWithdrawnKeys() throws Exception {
    WithdrawnKey signingKey = new WithdrawnKey("1", "k1", time.instant());
    WithdrawnTicketKey ticketKey = new WithdrawnTicketKey("2", "s1", 260, time.instant());
    RevocationPage page = new RevocationPage("2", false, false, List.of(signingKey, ticketKey));
    service.feed = exchange -> answer(exchange, 200, page.toJson());
    feed.poll();
    assertThat(withdrawn).containsExactly(signingKey, ticketKey);
    assertThat(news.millis()).isZero();
  }

  @Test
  void ofAShardThatCouldNotTellTheNewsGetsOlderAlone() throws Exception {
    UserId there = new UserId(32 + 9);
    assertThat(there.shard()).isEqualTo(new Shard(9));
    feed.poll();
    time.pass(Duration.ofSeconds(2));
    service.feed = exchange -> answer(exchange, 200, without(new Shard(9)).toJson());
    feed.poll();
    assertThat(news.millis(USER)).isZero();
    assertThat(news.millis(there)).isEqualTo(2_000);
    time.pass(Duration.ofSeconds(3));
    feed.poll();
    assertThat(news.millis(USER)).isZero();
    assertThat(news.millis(there)).isEqualTo(5_000);
    service.feed = exchange -> answer(exchange, 200, without().toJson());
    feed.poll();
    assertThat(news.millis(there)).isZero();
  }

  @Test
  void whoStartsWhileAShardCannotTellKnowsNothingOfIt() throws Exception {
    service.feed = exchange -> answer(exchange, 200, without(new Shard(9)).toJson());
    feed.poll();
    assertThat(news.millis(new UserId(32 + 9))).isEqualTo(NewsAge.NEVER);
    assertThat(news.millis(USER)).isZero();
  }

  private static RevocationPage without(Shard... unheard) {
    return new RevocationPage("1", false, false, List.of(), Set.of(unheard));
  }
}
