package io.usercenter.token;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The issuer's keys, fetched and kept. What the feed says to be withdrawn is refused at once. */
final class JwksClient implements KeySource {
  static final String PATH = "/.well-known/jwks.json";
  private static final int LARGEST_DOCUMENT = 64 * 1024;

  private final UserCenter userCenter;
  private final FetchedDocument<Jwks> keys;
  private final Set<String> withdrawn = ConcurrentHashMap.newKeySet();

  /**
   * @param known what is known before the first answer
   * @param refreshEvery how long a key that was withdrawn may still be believed
   */
  JwksClient(UserCenter userCenter, Jwks known, Duration refreshEvery, LongSupplier nanoTime) {
    this.userCenter = userCenter;
    this.keys =
        new FetchedDocument<>(
            "the keys of " + userCenter, this::fetch, known, refreshEvery, nanoTime);
  }

  private Jwks fetch() throws IOException, InterruptedException {
    byte[] document = userCenter.get(PATH, null, FetchedDocument.TIMEOUT, LARGEST_DOCUMENT);
    Jwks fetched = Jwks.parse(new String(document, StandardCharsets.UTF_8));
    if (fetched.keys().isEmpty()) {
      throw new IllegalArgumentException("the JWK Set has no key that can be used");
    }
    return fetched;
  }

  @Override
  public @Nullable VerificationKey find(String kid) {
    if (!withdrawn.isEmpty() && withdrawn.contains(kid)) {
      return null;
    }
    VerificationKey key = keys.current().find(kid);
    return key != null ? key : keys.with(jwks -> jwks.find(kid) != null).find(kid);
  }

  /**
   * Never believes this key again, whatever a cache on the way still says. The next token of a key
   * that is unknown here may ask for it at once: another one has to sign now.
   */
  void withdraw(String kid) {
    if (withdrawn.add(kid)) {
      keys.mayAskAgain();
    }
  }

  /**
   * Fetches now.
   *
   * @return how long to pause before the next regular refresh
   */
  Duration refresh() throws InterruptedException {
    return keys.refresh();
  }

  /** What is believed now: without the keys that were withdrawn. */
  Jwks believed() {
    return Jwks.of(
        keys.current().keys().stream().filter(key -> !withdrawn.contains(key.kid())).toList());
  }

  Set<String> withdrawn() {
    return Set.copyOf(withdrawn);
  }

  boolean hasKeys() {
    return !keys.current().keys().isEmpty();
  }
}
