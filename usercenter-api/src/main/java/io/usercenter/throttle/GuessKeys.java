package io.usercenter.throttle;

import io.usercenter.platform.Digests;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * The counters that an attempt is counted by. They hold keyed digests: a name may be long, and
 * nobody who can read Redis shall learn names, addresses and phone numbers from them, by trying
 * them out. 96 bits, so that among a billion counters two are the same with a probability of one in
 * a hundred billion.
 *
 * @param device null when the client named none
 */
record GuessKeys(String pair, String network, String account, @Nullable String device) {
  private static final int DIGEST_BYTES = 12;

  static GuessKeys of(Attempt attempt, String network, SecretKey key) {
    String kind = attempt.kind().name();
    String device = attempt.deviceId();
    return new GuessKeys(
        digest(key, "p", kind, network, attempt.name()),
        digest(key, "n", kind, network),
        account(attempt.kind(), attempt.name(), key),
        device == null ? null : digest(key, "d", kind, network, device));
  }

  static String account(Attempt.Kind kind, String name, SecretKey key) {
    return digest(key, "a", kind.name(), name);
  }

  /** When an account was forgiven: nobody knows from which networks it was guessed at. */
  static String forgivenAt(String account) {
    return account + ":forgiven";
  }

  /** The counters besides the pair's, in the order in which they may refuse. */
  List<Counter> counters(GuessSettings settings) {
    List<Counter> counters = new ArrayList<>();
    counters.add(new Counter(Counters.By.NETWORK, network, settings.perNetwork(), 0));
    counters.add(
        new Counter(
            Counters.By.ACCOUNT, account, settings.perAccount(), settings.perAccountFirst()));
    if (device != null) {
      counters.add(new Counter(Counters.By.DEVICE, device, settings.perDevice(), 0));
    }
    return counters;
  }

  private static String digest(SecretKey key, String counter, String... parts) {
    byte[] all = Digests.hmac(key, String.join("\n", parts));
    String short96 =
        new String(
            Base64.getUrlEncoder().encode(Arrays.copyOf(all, DIGEST_BYTES)),
            StandardCharsets.US_ASCII);
    // One slot of a Redis Cluster, because one script changes them together.
    return "uc:{guess}:" + counter + ":" + short96;
  }

  /**
   * @param more how many more than the quota may be the first of their network
   */
  record Counter(Counters.By by, String key, Quota quota, int more) {}
}
