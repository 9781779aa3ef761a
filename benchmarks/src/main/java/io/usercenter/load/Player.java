package io.usercenter.load;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One who asks for one thing at a time.
 *
 * @param name his username
 * @param address where he says he comes from; null for where this machine is
 * @param tokens his session
 */
record Player(String name, @Nullable String address, Tokens tokens) {
  /**
   * As the service gave them.
   *
   * @param until the value of {@link System#nanoTime} when the access token ends
   */
  record Tokens(String access, String refresh, long until) {
    private static final long SOON = TimeUnit.MINUTES.toNanos(1);

    static Tokens of(Caller.Answer answer) {
      return new Tokens(
          answer.text("/accessToken"),
          answer.text("/refreshToken"),
          System.nanoTime() + TimeUnit.SECONDS.toNanos(answer.body().at("/expiresIn").asLong(0)));
    }

    /** Whether the access token ends within a minute. */
    boolean endSoon() {
      return until - System.nanoTime() < SOON;
    }
  }

  Player with(Tokens next) {
    return new Player(name, address, next);
  }
}
