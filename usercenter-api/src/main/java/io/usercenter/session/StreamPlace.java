package io.usercenter.session;

import java.util.Optional;

/**
 * A place in the stream: the id of its entry there.
 *
 * @param ms of Redis' clock
 * @param n within that millisecond
 */
record StreamPlace(long ms, long n) implements Comparable<StreamPlace> {
  static final StreamPlace START = new StreamPlace(0, 0);

  static Optional<StreamPlace> parse(String text) {
    int dash = text.indexOf('-');
    if (dash < 0) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new StreamPlace(
              Long.parseLong(text.substring(0, dash)), Long.parseLong(text.substring(dash + 1))));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  boolean isBefore(StreamPlace other) {
    return compareTo(other) < 0;
  }

  @Override
  public int compareTo(StreamPlace other) {
    int byMs = Long.compare(ms, other.ms);
    return byMs != 0 ? byMs : Long.compare(n, other.n);
  }

  @Override
  public String toString() {
    return ms + "-" + n;
  }
}
