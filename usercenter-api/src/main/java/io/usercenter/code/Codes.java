package io.usercenter.code;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.usercenter.platform.ApiException;
import io.usercenter.platform.ClientAddress;
import io.usercenter.platform.Digests;
import io.usercenter.platform.ErrorCode;
import io.usercenter.platform.MasterKey;
import io.usercenter.throttle.Attempt;
import io.usercenter.throttle.Guesses;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * Codes of six digits that show who has an address. There is one for each address and purpose at
 * most; it is good once, for a while, and for five wrong guesses. Nobody is looked up to make or
 * check one, so no answer can tell whether an account has the address. Redis holds MACs only, of
 * codes and of addresses, under a key of this deployment.
 */
public final class Codes {
  /** Five of a million. */
  private static final int WRONG_GUESSES = 5;

  private static final int CODES = 1_000_000;
  private static final int ADDRESS_BYTES = 16;
  private static final int ID_BYTES = 16;
  private static final Duration SOON = Duration.ofSeconds(5);

  private final @Nullable CodeSender sender;
  private final CodeStore store;
  private final Guesses guesses;
  private final SecretKey key;
  private final SecureRandom random;
  private final Duration life;
  private final MeterRegistry meters;

  Codes(
      @Nullable CodeSender sender,
      CodeStore store,
      Guesses guesses,
      MasterKey master,
      SecureRandom random,
      CodeSettings settings,
      MeterRegistry meters) {
    this.sender = sender;
    this.store = store;
    this.guesses = guesses;
    this.key = master.derive("code v1", "HmacSHA256");
    this.random = random;
    this.life = settings.life();
    this.meters = meters;
  }

  /** For how long a code is good. */
  public Duration life() {
    return life;
  }

  /** Whether codes are sent by that medium here. */
  public boolean offers(Medium medium) {
    return sender != null && sender.media().contains(medium);
  }

  /**
   * Sends somebody a new code, which replaces an older one for the same purpose.
   *
   * @param locale of the message; null when the client did not say
   * @throws ApiException {@code CODES_UNAVAILABLE} when Redis is away; nothing was sent
   */
  public Delivery send(Address to, Purpose purpose, @Nullable String locale) {
    CodeSender by = sender;
    if (by == null || !by.media().contains(to.medium())) {
      return new Delivery.NotOffered();
    }
    Timer.Sample sample = Timer.start(meters);
    String code = "%06d".formatted(random.nextInt(CODES));
    if (store.put(keyOf(to, purpose), macOf(to, purpose, code), WRONG_GUESSES, life).isEmpty()) {
      throw unavailable();
    }
    byte[] id = new byte[ID_BYTES];
    random.nextBytes(id);
    Delivery delivery =
        by.send(new CodeMessage(HexFormat.of().formatHex(id), to, purpose, code, life, locale));
    sample.stop(
        Timer.builder("uc.codes.sent")
            .description("messages with codes, and how long their sender took")
            .tag("channel", to.medium().word())
            .tag("purpose", purpose.word())
            .tag("outcome", delivery.getClass().getSimpleName().toLowerCase(Locale.ROOT))
            .register(meters));
    return delivery;
  }

  /**
   * Judges a code that somebody typed. A right one stays good until it is used.
   *
   * @param deviceId as his client tells it
   * @return empty when it is wrong, used, too old, for another purpose, or was guessed at too often
   * @throws ApiException {@code TOO_MANY_ATTEMPTS} when he may not guess now, {@code
   *     CODES_UNAVAILABLE} when Redis is away
   */
  public Optional<RightCode> check(
      Address address,
      Purpose purpose,
      String typed,
      ClientAddress from,
      @Nullable String deviceId) {
    RightCode asked = new RightCode(keyOf(address, purpose), macOf(address, purpose, typed));
    return guesses.check(
        new Attempt(Attempt.Kind.CODE, nameless(address), from, deviceId),
        () -> {
          CodeStore.Look look =
              store.look(asked.key(), asked.mac()).orElseThrow(Codes::unavailable);
          meters
              .counter(
                  "uc.codes.checks",
                  "purpose",
                  purpose.word(),
                  "outcome",
                  look.name().toLowerCase(Locale.ROOT))
              .increment();
          return look == CodeStore.Look.RIGHT ? Optional.of(asked) : Optional.empty();
        });
  }

  /**
   * Uses a code up.
   *
   * @return false when somebody was faster, or its time is over
   * @throws ApiException {@code CODES_UNAVAILABLE} when Redis is away
   */
  public boolean use(RightCode code) {
    return store.take(code.key(), code.mac()).orElseThrow(Codes::unavailable);
  }

  /** Stands for an address where it must not be read: 22 characters. */
  public String nameless(Address address) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(
            Arrays.copyOf(mac("address", address.medium().word(), address.text()), ADDRESS_BYTES));
  }

  private String keyOf(Address address, Purpose purpose) {
    return "uc:code:" + purpose.word() + ":" + nameless(address);
  }

  private String macOf(Address address, Purpose purpose, String code) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(mac("code", address.medium().word(), address.text(), purpose.word(), code));
  }

  /** No part has a line break in it. */
  private byte[] mac(String... parts) {
    return Digests.hmac(key, String.join("\n", parts));
  }

  private static ApiException unavailable() {
    return new ApiException(
            ErrorCode.CODES_UNAVAILABLE, "codes can neither be made nor checked at this moment")
        .retryAfter(SOON);
  }
}
