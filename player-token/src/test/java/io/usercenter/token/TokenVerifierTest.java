package io.usercenter.token;

import static io.usercenter.token.RejectionReason.BANNED;
import static io.usercenter.token.RejectionReason.EXPIRED;
import static io.usercenter.token.RejectionReason.KICKED;
import static io.usercenter.token.RejectionReason.NEWS_TOO_OLD;
import static io.usercenter.token.RejectionReason.UNKNOWN_KEY;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.usercenter.token.Verification.Rejected;
import io.usercenter.token.Verification.Verified;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole verifier as a game server embeds it, against a user center over real HTTP. Its threads
 * are its own; only the clocks are moved by hand.
 */
class TokenVerifierTest {
  @TempDir private Path folder;
  private final ManualTime time = new ManualTime();
  private final FakeUserCenter service = new FakeUserCenter();
  private final Forge forge = new Forge(time, service.url());

  private TokenVerifier.Builder embedded() {
    return TokenVerifier.builder()
        .issuer(service.url())
        .audience(Forge.AUDIENCE)
        .serviceCredential(FakeUserCenter.CREDENTIAL, FakeUserCenter.SECRET)
        .maxStaleness(Duration.ofSeconds(30))
        .clock(time)
        .nanoTime(time::nanoTime);
  }

  private static TokenVerifier ready(TokenVerifier.Builder builder) throws InterruptedException {
    TokenVerifier verifier = builder.build();
    assertThat(verifier.awaitReady(Duration.ofSeconds(20))).isTrue();
    return verifier;
  }

  @AfterEach
  void stop() {
    service.close();
  }

  @Test
  void aBanIsRefusedAsSoonAsItIsInTheFeed() throws InterruptedException {
    service.publish(forge.key.verificationKey());
    SignedToken token = forge.regular();
    try (TokenVerifier verifier = ready(embedded())) {
      assertThat(verifier.verify(token.compact())).isEqualTo(new Verified(token.token()));
      service.revoke(
          Revocation.ofEpoch("1", Forge.USER, 8, RevocationReason.BANNED, time.instant()));
      Eventually.holds(
          "the ban arrives", () -> verifier.verify(token.compact()).equals(new Rejected(BANNED)));
      assertThat(verifier.verify(forge.regular(Forge.SESSION, 8).compact()))
          .isInstanceOf(Verified.class);
      service.revoke(
          Revocation.ofSession(
              "2", Forge.USER, Forge.SESSION, RevocationReason.KICKED, time.instant()));
      Eventually.holds(
          "the kick arrives",
          () ->
              verifier
                  .verify(forge.regular(Forge.SESSION, 8).compact())
                  .equals(new Rejected(KICKED)));
    }
  }

  @Test
  void afterARestartWithoutTheUserCenterItKnowsWhatItKnewAsLongAsThatIsYoungEnough()
      throws Exception {
    Path file = folder.resolve("verifier");
    SignedToken good = forge.regular();
    SignedToken kicked = forge.regular(Forge.SESSION + 256, 7);
    SigningKeyPair stolen = SigningKeyPair.generate(SigningAlgorithm.ES256, new SecureRandom());
    service.publish(forge.key.verificationKey(), stolen.verificationKey());
    SignedToken forged = new Forge(time, service.url(), stolen).regular();
    service.revoke(
        Revocation.ofSession(
            "1", Forge.USER, Forge.SESSION + 256, RevocationReason.KICKED, time.instant()));
    service.revoke(new WithdrawnKey("2", stolen.kid(), time.instant()));
    try (TokenVerifier verifier = ready(embedded().snapshot(file))) {
      Eventually.holds(
          "all is heard",
          () ->
              verifier.verify(kicked.compact()).equals(new Rejected(KICKED))
                  && verifier.verify(forged.compact()).equals(new Rejected(UNKNOWN_KEY)));
      Eventually.holds(
          "and the place of it is known", () -> verifier.newsAge().orElseThrow().isZero());
    }
    service.feed = exchange -> FakeUserCenter.answer(exchange, 503, "{}");
    service.keys = exchange -> FakeUserCenter.answer(exchange, 503, "{}");
    time.pass(Duration.ofSeconds(20));

    try (TokenVerifier verifier = ready(embedded().snapshot(file))) {
      assertThat(verifier.verify(good.compact())).isEqualTo(new Verified(good.token()));
      assertThat(verifier.verify(kicked.compact())).isEqualTo(new Rejected(KICKED));
      assertThat(verifier.verify(forged.compact())).isEqualTo(new Rejected(UNKNOWN_KEY));
      assertThat(verifier.newsAge()).contains(Duration.ofSeconds(20));
      time.pass(Duration.ofSeconds(11));
      assertThat(verifier.verify(good.compact())).isEqualTo(new Rejected(NEWS_TOO_OLD));
    }
    try (TokenVerifier without = embedded().build()) {
      assertThat(without.verify(good.compact())).isEqualTo(new Rejected(UNKNOWN_KEY));
    }
  }

  @Test
  void aSnapshotThatIsNoneIsNotBelieved() throws Exception {
    service.publish(forge.key.verificationKey());
    Path file = folder.resolve("verifier");
    try (TokenVerifier verifier = ready(embedded().snapshot(file))) {
      assertThat(verifier.verify(forge.regular().compact())).isInstanceOf(Verified.class);
    }
    String whole = Files.readString(file);
    assertThat(Snapshot.read(file)).isPresent();
    for (int length = 0; length < whole.length() - 1; length += 7) {
      Files.writeString(file, whole.substring(0, length));
      assertThatThrownBy(() -> Snapshot.read(file)).isInstanceOf(IOException.class);
    }
    service.keys = exchange -> FakeUserCenter.answer(exchange, 503, "{}");
    try (TokenVerifier verifier = embedded().snapshot(file).build()) {
      assertThat(verifier.verify(forge.regular().compact())).isEqualTo(new Rejected(UNKNOWN_KEY));
    }
    Files.writeString(file, whole.replace(service.url(), "https://other.test"));
    try (TokenVerifier verifier = embedded().snapshot(file).build()) {
      assertThat(verifier.verify(forge.regular().compact())).isEqualTo(new Rejected(UNKNOWN_KEY));
    }
  }

  @Test
  void whoIsCutOffObeysMaxStaleness() throws InterruptedException {
    service.publish(forge.key.verificationKey());
    try (TokenVerifier closed = ready(embedded());
        TokenVerifier open = ready(embedded().whenStale(WhenStale.FAIL_OPEN))) {
      service.feed = exchange -> FakeUserCenter.answer(exchange, 503, "{}");
      service.resetOnce(); // ends the polls that are held open
      Eventually.holds("both are cut off", () -> service.feedRequests.get() >= 6);
      time.pass(Duration.ofSeconds(31));
      String token = forge.regular().compact();
      assertThat(closed.verify(token)).isEqualTo(new Rejected(NEWS_TOO_OLD));
      assertThat(open.verify(token)).isInstanceOf(Verified.class);
      assertThat(closed.newsAge())
          .hasValueSatisfying(age -> assertThat(age).isGreaterThan(Duration.ofSeconds(30)));
    }
  }

  @Test
  void afterACutOffItCatchesUpByItself() throws InterruptedException {
    service.publish(forge.key.verificationKey());
    String token = forge.regular().compact();
    FakeUserCenter.Handler well = service.feed;
    try (TokenVerifier verifier = ready(embedded())) {
      service.feed = exchange -> FakeUserCenter.answer(exchange, 503, "{}");
      service.resetOnce();
      Eventually.holds("it is cut off", () -> service.feedRequests.get() >= 4);
      service.revoke(
          Revocation.ofEpoch("1", Forge.USER, 8, RevocationReason.BANNED, time.instant()));
      assertThat(verifier.verify(token)).isInstanceOf(Verified.class); // young enough
      service.feed = well;
      Eventually.holds("it catches up", () -> verifier.verify(token).equals(new Rejected(BANNED)));
    }
  }

  @Test
  void beforeTheFirstNewsItIsTooOld() throws InterruptedException {
    service.publish(forge.key.verificationKey());
    service.feed = exchange -> FakeUserCenter.answer(exchange, 401, "{}");
    try (TokenVerifier verifier = embedded().build()) {
      assertThat(verifier.awaitReady(Duration.ofMillis(50))).isFalse();
      assertThat(verifier.newsAge()).isEmpty();
      assertThat(verifier.verify(forge.regular().compact())).isEqualTo(new Rejected(NEWS_TOO_OLD));
    }
  }

  @Test
  void aRestartedVerifierKnowsTheOldRevocations() throws InterruptedException {
    service.publish(forge.key.verificationKey());
    service.revoke(Revocation.ofEpoch("1", Forge.USER, 8, RevocationReason.BANNED, time.instant()));
    try (TokenVerifier verifier = ready(embedded())) {
      assertThat(verifier.verify(forge.regular().compact())).isEqualTo(new Rejected(BANNED));
    }
  }

  @Test
  void afterCloseItGoesOnUntilTheNewsIsTooOld() throws InterruptedException {
    service.publish(forge.key.verificationKey());
    TokenVerifier verifier = ready(embedded());
    String token = forge.regular().compact();
    verifier.close();
    assertThat(verifier.verify(token)).isInstanceOf(Verified.class);
    time.pass(Duration.ofSeconds(31));
    assertThat(verifier.verify(token)).isEqualTo(new Rejected(NEWS_TOO_OLD));
    verifier.close();
  }

  @Test
  void aTokenThatWasCheckedBeforeIsCheckedForAllThatChanges() {
    AtomicReference<Jwks> keys =
        new AtomicReference<>(Jwks.of(List.of(forge.key.verificationKey())));
    Revocations revocations = new Revocations(Duration.ofHours(1), 100, time);
    TokenVerifier verifier = local(revocations, kid -> published(keys).find(kid), 16);
    SignedToken token = forge.regular();
    Verification first = verifier.verify(token.compact());
    assertThat(verifier.verify(token.compact())).isSameAs(first); // the cache is in use

    keys.set(Jwks.of(List.of()));
    assertThat(verifier.verify(token.compact())).isEqualTo(new Rejected(UNKNOWN_KEY));
    keys.set(Jwks.of(List.of(forge.key.verificationKey())));
    assertThat(verifier.verify(token.compact())).isEqualTo(first);

    revocations.add(
        Revocation.ofSession(
            "1", Forge.USER, Forge.SESSION, RevocationReason.KICKED, time.instant()));
    assertThat(verifier.verify(token.compact())).isEqualTo(new Rejected(KICKED));

    SignedToken other = forge.regular(Forge.SESSION + 32, 7);
    assertThat(verifier.verify(other.compact())).isInstanceOf(Verified.class);
    time.pass(Duration.ofMinutes(16));
    assertThat(verifier.verify(other.compact())).isEqualTo(new Rejected(EXPIRED));
  }

  private static Jwks published(AtomicReference<Jwks> keys) {
    return requireNonNull(keys.get());
  }

  @Test
  void aCheckedTokenIsFoundByItsWholeText() {
    TokenVerifier verifier = local(new Revocations(Duration.ofHours(1), 100, time), null, 1);
    String token = forge.regular().compact();
    assertThat(verifier.verify(token)).isInstanceOf(Verified.class);
    for (int i = 0; i < 1_000; i++) {
      // The one slot is shared by all: none of these may be taken for the token in it.
      assertThat(verifier.verify(token.substring(0, token.length() - 4) + "A" + i))
          .isInstanceOf(Rejected.class);
    }
    assertThat(verifier.verify(token)).isInstanceOf(Verified.class);
  }

  @Test
  void theCacheMayBeOffOrTooSmall() {
    for (int size : List.of(0, 1, 8)) {
      TokenVerifier verifier = local(new Revocations(Duration.ofHours(1), 100, time), null, size);
      for (int i = 1; i <= 50; i++) {
        SignedToken token = forge.regular(i, 7);
        assertThat(verifier.verify(token.compact())).isEqualTo(new Verified(token.token()));
        assertThat(verifier.verify(token.compact())).isEqualTo(new Verified(token.token()));
      }
    }
  }

  private TokenVerifier local(Revocations revocations, @Nullable KeySource keys, int cache) {
    return TokenVerifier.builder()
        .issuer(service.url())
        .audience(Forge.AUDIENCE)
        .keys(keys == null ? Jwks.of(List.of(forge.key.verificationKey())) : keys)
        .revocations(revocations)
        .checkedTokens(cache)
        .clock(time)
        .build();
  }

  @Test
  void settingsOutOfBoundsAreRefusedByName() {
    assertRefused("issuer", TokenVerifier.builder().audience("a"));
    assertRefused("audience", TokenVerifier.builder().issuer("http://127.0.0.1:1"));
    assertRefused("audience", embedded().audience(" "));
    assertRefused("serviceCredential", TokenVerifier.builder().issuer("http://x").audience("a"));
    assertRefused("serviceCredential", embedded().keys(kid -> null));
    assertRefused("maxStaleness", embedded().maxStaleness(Duration.ofMillis(999)));
    assertRefused("keyRefresh", embedded().keyRefresh(Duration.ofSeconds(9)));
    assertRefused("leeway", embedded().leeway(Duration.ofSeconds(61)));
    assertRefused("leeway", embedded().leeway(Duration.ofSeconds(-1)));
    assertRefused("longestTokenLife", embedded().longestTokenLife(Duration.ZERO));
    assertRefused("checkedTokens", embedded().checkedTokens(-1));
    assertRefused("capacity", embedded().revocationCapacity(0));
    for (String address :
        List.of("ftp://x", "x", "http://u:p@x", "http://x?q", "http://x#f", "http:///p", "//x")) {
      assertRefused("address", embedded().address(address));
    }
  }

  private static void assertRefused(String setting, TokenVerifier.Builder builder) {
    assertThatIllegalArgumentException().isThrownBy(builder::build).withMessageContaining(setting);
  }

  @Test
  void secretsAreNotPrinted() {
    SignedToken token = forge.regular();
    assertThat(token.toString()).contains("[REDACTED]").doesNotContain(token.compact());
    assertThat(forge.key.toString()).contains("[REDACTED]", forge.key.kid());
    assertThat(new ServiceCredential("gs-1", "hunter2").toString())
        .isEqualTo("ServiceCredential[id=gs-1, secret=[REDACTED]]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ServiceCredential("gs:1", "hunter2"))
        .withMessageNotContaining("hunter2");
  }
}
