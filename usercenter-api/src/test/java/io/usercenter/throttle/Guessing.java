package io.usercenter.throttle;

import io.usercenter.platform.ClientAddress;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Attempts and settings for tests. */
final class Guessing {
  static final SecretKey KEY = new SecretKeySpec(new byte[32], "HmacSHA256");
  private static final AtomicInteger NAMES = new AtomicInteger();

  private Guessing() {}

  static GuessSettings settings() {
    return settings(3, "5/1h", "4/1h", "6/1h", 4);
  }

  static GuessSettings settings(
      int free, String perNetwork, String perDevice, String perAccount, int perAccountFirst) {
    return new GuessSettings(
        free,
        Duration.ofMinutes(1),
        Duration.ofMinutes(15),
        Duration.ofHours(24),
        Quota.of(perNetwork),
        Quota.of(perDevice),
        Quota.of(perAccount),
        perAccountFirst,
        Duration.ofDays(30));
  }

  /** A name or network that no other test has used. */
  static String fresh() {
    return "fresh" + NAMES.incrementAndGet();
  }

  static GuessKeys keys(String name, String network) {
    return keys(name, network, null);
  }

  static GuessKeys keys(String name, String network, @Nullable String device) {
    ClientAddress anywhere = new ClientAddress(InetAddress.ofLiteral("192.0.2.1"));
    return GuessKeys.of(new Attempt(Attempt.Kind.PLAYER, name, anywhere, device), network, KEY);
  }
}
