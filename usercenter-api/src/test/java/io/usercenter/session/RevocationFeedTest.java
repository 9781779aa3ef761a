package io.usercenter.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.platform.ApiException;
import io.usercenter.platform.ErrorCode;
import io.usercenter.shard.Shards;
import io.usercenter.token.News;
import io.usercenter.token.RevocationPage;
import io.usercenter.token.RevocationReason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** Whoever follows the feed is never given less than all of it without being told. */
class RevocationFeedTest {
  private static final UserId USER = new UserId(42);
  private static final Duration KEEP = Duration.ofMinutes(20);

  private static final Instant START = Instant.parse("2026-11-21T12:00:00Z");

  private final Set<Shard> away = new HashSet<>();
  private final List<News> heard = new ArrayList<>();
  private Instant now = START;
  private Duration redisBehind = Duration.ZERO;
  private final InMemoryRevocationStream stream =
      new InMemoryRevocationStream(() -> now.minus(redisBehind));
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final RevocationFeed feed =
      new RevocationFeed(
          stream,
          JsonMapper.shared(),
          () -> now,
          KEEP,
          heard::add,
          shard -> !away.contains(shard),
          meters);

  private String fact(int session) {
    return JsonMapper.shared()
        .writeValueAsString(
            Fact.ofSession(USER, new SessionId(session), RevocationReason.KICKED, now));
  }

  private void tell(Set<Shard> shards) {
    String generation = stream.told().orElseThrow().generation();
    shards.forEach(shard -> stream.appendAgain(generation, shard, List.of(), true));
  }

  private void listen(int times) {
    for (int i = 0; i < times; i++) {
      assertThat(feed.listen()).isTrue();
    }
  }

  private void assertUnavailable() {
    assertThatThrownBy(() -> feed.page(""))
        .isInstanceOfSatisfying(
            ApiException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.REVOCATION_FEED_UNAVAILABLE));
  }

  @Test
  void itsLagBeginsWhenItIsMade() {
    now = START.plusSeconds(7);
    assertThat(meters.get("uc.revocations.lag").gauge().value()).isEqualTo(7);
  }

  @Test
  void itAnswersOnceAllShardsHaveTold() {
    listen(2);
    assertUnavailable();
    tell(Shards.all());
    stream.append(List.of(fact(1)));
    listen(1);
    assertUnavailable(); // what was told while it read may not have been read
    listen(1);
    RevocationPage page = feed.page("");
    assertThat(page.news()).hasSize(1);
    assertThat(page.reset()).isTrue();
    assertThat(page.unheard()).isEmpty();
    assertThat(heard).hasSize(1);
  }

  @Test
  void whatWasLostIsToldFromTheStartWhereverItComesNow() {
    tell(Shards.all());
    stream.append(List.of(fact(1), fact(2)));
    listen(3);
    String next = feed.page("").next();
    assertThat(feed.page(next).reset()).isFalse();
    redisBehind = Duration.ofSeconds(5); // another one has taken its place
    stream.flush();
    listen(1);
    assertUnavailable();
    stream.append(List.of(fact(3)));
    tell(Shards.all());
    listen(2);
    RevocationPage page = feed.page(next);
    assertThat(page.reset()).isTrue();
    assertThat(page.news()).singleElement().extracting("sessionId").isEqualTo(3L);
  }

  @Test
  void aShardThatIsAwayIsNamedAfterAMoment() {
    Shard missing = new Shard(7);
    away.add(missing);
    Set<Shard> others = new HashSet<>(Shards.all());
    others.remove(missing);
    listen(1);
    tell(others);
    listen(2);
    assertUnavailable(); // it may only be late
    now = now.plusSeconds(11);
    listen(1);
    assertThat(feed.page("").unheard()).containsExactly(missing);
    away.clear();
    assertUnavailable(); // now it can tell, and will
    tell(Set.of(missing));
    listen(2);
    assertThat(feed.page("").unheard()).isEmpty();
  }

  @Test
  void whoHasNotHeardForAWhileSaysSo() {
    tell(Shards.all());
    listen(3);
    assertThat(feed.page("").news()).isEmpty();
    stream.away = true;
    now = now.plusSeconds(4);
    assertThat(feed.listen()).isFalse();
    assertUnavailable();
  }

  @Test
  void anEntryThatCannotBeReadIsPassedOver() {
    tell(Shards.all());
    stream.append(List.of("{", fact(1)));
    listen(3);
    assertThat(feed.page("").news()).hasSize(1);
  }

  @Test
  void aStreamThatFailsIsHeardAgainWhenItWorks() throws InterruptedException {
    tell(Shards.all());
    stream.append(List.of(fact(1)));
    CountDownLatch failed = new CountDownLatch(2);
    stream.onFailure = failed::countDown;
    stream.broken = true;
    feed.start();
    try {
      assertThat(failed.await(20, TimeUnit.SECONDS)).as("it is asked again").isTrue();
      stream.broken = false;
      assertThat(feed.after("", Duration.ofSeconds(20)).news()).hasSize(1);
    } finally {
      feed.stop();
    }
  }
}
