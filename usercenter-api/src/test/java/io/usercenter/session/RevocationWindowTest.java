package io.usercenter.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.id.UserId;
import io.usercenter.token.News;
import io.usercenter.token.Revocation;
import io.usercenter.token.RevocationPage;
import io.usercenter.token.RevocationReason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A reader of the feed misses nothing, and is not told to start over without need. */
class RevocationWindowTest {
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
  private static final Duration KEEP = Duration.ofMinutes(20);

  private final RevocationWindow window = new RevocationWindow("g1", KEEP);

  @Test
  void aReaderGetsWhatCameAfterHim() {
    add(NOW, 0);
    RevocationPage first = window.page("", NOW, Set.of());
    assertThat(first.reset()).isTrue();
    assertThat(first.news()).hasSize(1);
    assertThat(window.hasNews(first.next(), NOW)).isFalse();
    add(NOW, 1);
    assertThat(window.hasNews(first.next(), NOW)).isTrue();
    RevocationPage second = window.page(first.next(), NOW, Set.of());
    assertThat(second.reset()).isFalse();
    assertThat(seqs(second)).containsExactly("g1." + NOW.toEpochMilli() + "-1");
  }

  @Test
  void aReaderOfAQuietFeedWaitsForeverWithoutStartingOver() {
    add(NOW, 0);
    String next = window.page("", NOW, Set.of()).next();
    Instant later = NOW.plus(KEEP.multipliedBy(10));
    window.forgetOld(later);
    assertThat(window.hasNews(next, later)).isFalse();
    assertThat(window.page(next, later, Set.of()).reset()).isFalse();
    assertThat(window.page(next, later, Set.of()).next()).isEqualTo(next);
  }

  @Test
  void aReaderOfAFeedThatNeverHadNewsWaitsToo() {
    String next = window.page("", NOW, Set.of()).next();
    Instant later = NOW.plus(KEEP.multipliedBy(10));
    assertThat(window.hasNews(next, later)).isFalse();
    assertThat(window.page(next, later, Set.of()).reset()).isFalse();
  }

  @Test
  void aReaderWhoSleptLongerThanEntriesAreKeptStartsOver() {
    add(NOW, 0);
    String next = window.page("", NOW, Set.of()).next();
    Instant later = NOW.plus(KEEP).plus(KEEP);
    add(later.minus(KEEP).minusMillis(1), 0);
    add(later, 0);
    window.forgetOld(later);
    assertThat(window.hasNews(next, later)).isTrue();
    RevocationPage page = window.page(next, later, Set.of());
    assertThat(page.reset()).isTrue();
    assertThat(page.news()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0",
        "1795262400000-0",
        "g1.x-y",
        "g1.99999999999999-0",
        "g1.1-",
        "g1.-1",
        "g2.1795262400000-0"
      })
  void aPlaceThatTheStreamCannotHaveStartsOver(String after) {
    add(NOW, 0);
    assertThat(window.page(after, NOW, Set.of()).reset()).isTrue();
    assertThat(window.hasNews(after, NOW)).isTrue();
  }

  @Test
  void aReaderWhoIsAheadOfThisInstanceWaitsForIt() {
    add(NOW, 0);
    String ahead = "g1." + (NOW.toEpochMilli() + 10) + "-0";
    assertThat(window.hasNews(ahead, NOW)).isFalse();
    assertThat(window.page(ahead, NOW, Set.of()).reset()).isFalse();
    assertThat(window.page(ahead, NOW, Set.of()).next()).isEqualTo(ahead);
  }

  @Test
  void manyComeInPagesWithoutAGap() {
    for (int i = 0; i < 2500; i++) {
      add(NOW, i);
    }
    int seen = 0;
    RevocationPage page = window.page("", NOW, Set.of());
    seen += page.news().size();
    while (page.more()) {
      page = window.page(page.next(), NOW, Set.of());
      assertThat(page.reset()).isFalse();
      seen += page.news().size();
    }
    assertThat(seen).isEqualTo(2500);
  }

  @Test
  void anEntryThatCannotBeReadIsPassedOver() {
    window.add(new StreamPlace(NOW.toEpochMilli(), 7), Optional.empty());
    assertThat(window.page("", NOW, Set.of()).next()).isEqualTo("g1." + NOW.toEpochMilli() + "-7");
    assertThat(window.page("", NOW, Set.of()).news()).isEmpty();
  }

  private void add(Instant at, long n) {
    StreamPlace place = new StreamPlace(at.toEpochMilli(), n);
    window.add(
        place,
        Optional.of(
            Revocation.ofEpoch(
                window.text(place), new UserId(42), 1, RevocationReason.BANNED, at)));
  }

  private static List<String> seqs(RevocationPage page) {
    return page.news().stream().map(News::seq).toList();
  }
}
