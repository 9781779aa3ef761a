package io.usercenter.token;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What follows the revocations in a game server and judges by them, without its threads, HTTP and
 * signatures: for simulated worlds.
 */
public final class SimulatedVerifier {
  private final Revocations revocations;
  private final NewsAge news;
  private final RevocationFeed feed;
  private final Duration maxStaleness;

  /** The way to the user center. */
  @FunctionalInterface
  public interface Pages {
    /** As {@code GET /server/v1/revocations}. */
    RevocationPage after(String place, Duration held) throws IOException;
  }

  /**
   * @param tokenLife how long tokens live
   * @param nanoTime as {@code System.nanoTime}
   */
  public SimulatedVerifier(
      Pages pages,
      Duration tokenLife,
      Duration maxStaleness,
      InstantSource clock,
      LongSupplier nanoTime,
      RandomGenerator random) {
    this.revocations = new Revocations(tokenLife, Revocations.DEFAULT_CAPACITY, clock);
    this.news = new NewsAge(clock, nanoTime);
    this.maxStaleness = maxStaleness;
    this.feed =
        new RevocationFeed(
            pages::after,
            this::hear,
            news,
            maxStaleness.dividedBy(2),
            random,
            RevocationFeed.BEGINNING);
  }

  private void hear(News entry) {
    if (entry instanceof Revocation revocation) {
      revocations.add(revocation);
    }
  }

  /** Asks once; returns how long to pause before the next time. */
  public Duration poll() {
    try {
      return feed.poll();
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts in a simulated world", e);
    }
  }

  /** Why a genuine token is refused, or null. */
  public @Nullable RejectionReason check(AccessToken token) {
    RejectionReason revoked = revocations.check(token);
    if (revoked != null) {
      return revoked;
    }
    return age(token).compareTo(maxStaleness) > 0 ? RejectionReason.NEWS_TOO_OLD : null;
  }

  /** How old the news of its player is. */
  public Duration age(AccessToken token) {
    return Duration.ofMillis(news.millis(token.userId()));
  }
}
