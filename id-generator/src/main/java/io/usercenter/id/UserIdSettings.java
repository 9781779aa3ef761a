package io.usercenter.id;

import java.time.Duration;

/**
 * How ids are minted.
 *
 * @param window how far ahead timestamps are reserved; how long an unreachable store goes unnoticed
 *     is this less {@code renewal}, and a killed process blocks its machine number this long. 1 s
 *     to 1 h
 * @param renewal how often the window is moved up; at most a third of it
 * @param retry the mean pause after a failed attempt to reach the store; 10 ms to 1 min
 * @param storeTimeout how long an answer of the store is waited for; 10 ms to 1 min
 * @param patience how long a caller waits for room in a full lane before it is refused; 0 to 10 s
 * @param maxLead how far a lane may run ahead of the clock, in whole milliseconds; 1 to 100 ms
 * @param clockTolerance how far apart two clocks may be and still agree; 10 ms to 1 min
 */
public record UserIdSettings(
    Duration window,
    Duration renewal,
    Duration retry,
    Duration storeTimeout,
    Duration patience,
    Duration maxLead,
    Duration clockTolerance) {
  private static final UserIdSettings STANDARD =
      new UserIdSettings(
          Duration.ofSeconds(300),
          Duration.ofSeconds(75),
          Duration.ofSeconds(1),
          Duration.ofSeconds(5),
          Duration.ofSeconds(1),
          Duration.ofMillis(10),
          Duration.ofSeconds(2));

  public UserIdSettings {
    require("window", window, Duration.ofSeconds(1), Duration.ofHours(1));
    require("renewal", renewal, Duration.ofMillis(10), window.dividedBy(3));
    require("retry", retry, Duration.ofMillis(10), Duration.ofMinutes(1));
    require("storeTimeout", storeTimeout, Duration.ofMillis(10), Duration.ofMinutes(1));
    require("patience", patience, Duration.ZERO, Duration.ofSeconds(10));
    require("maxLead", maxLead, Duration.ofMillis(1), Duration.ofMillis(100));
    require("clockTolerance", clockTolerance, Duration.ofMillis(10), Duration.ofMinutes(1));
  }

  /** Window 300 s, renewed every 75 s; retry 1 s, timeout 5 s, patience 1 s, lead 10 ms, 2 s. */
  public static UserIdSettings standard() {
    return STANDARD;
  }

  /** The same with another window and renewal. */
  public UserIdSettings withWindow(Duration newWindow, Duration newRenewal) {
    return new UserIdSettings(
        newWindow, newRenewal, retry, storeTimeout, patience, maxLead, clockTolerance);
  }

  private static void require(String name, Duration value, Duration least, Duration most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          "user id " + name + " must be " + least + " to " + most + ", was " + value);
    }
  }
}
