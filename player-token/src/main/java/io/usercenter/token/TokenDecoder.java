package io.usercenter.token;

import static io.usercenter.token.RejectionReason.BAD_SIGNATURE;
import static io.usercenter.token.RejectionReason.EXPIRED;
import static io.usercenter.token.RejectionReason.MALFORMED;
import static io.usercenter.token.RejectionReason.NOT_YET_VALID;
import static io.usercenter.token.RejectionReason.UNKNOWN_KEY;
import static io.usercenter.token.RejectionReason.WRONG_AUDIENCE;
import static io.usercenter.token.RejectionReason.WRONG_ISSUER;

import io.usercenter.id.UserId;
import io.usercenter.token.Verification.Rejected;
import io.usercenter.token.Verification.Verified;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a token and checks all that stands in it: shape, type, algorithm, signature, issuer,
 * audience, times, claim types. Knows nothing of revocations. Never throws, whatever it is given.
 */
final class TokenDecoder {
  /** Ours have 500 to 800 characters. Checked before anything is decoded. */
  static final int LONGEST_TOKEN = 4096;

  private final TokenRules rules;
  private final KeySource keys;
  private final InstantSource clock;

  TokenDecoder(TokenRules rules, KeySource keys, InstantSource clock) {
    this.rules = rules;
    this.keys = keys;
    this.clock = clock;
  }

  /** What a token may look like to be accepted. */
  record TokenRules(
      TokenType type, String issuer, String audience, Duration leeway, Duration longestLife) {}

  /** What reading came to. */
  sealed interface Decoded {}

  record Genuine(VerificationKey key, Verified verified) implements Decoded {}

  record Refused(Rejected rejected) implements Decoded {}

  Decoded decode(String token) {
    if (!CompactForm.isCanonical(token, LONGEST_TOKEN)) {
      return refused(MALFORMED);
    }
    int header = token.indexOf('.');
    int payload = token.indexOf('.', header + 1);
    try {
      VerificationKey key = keyFor(JoseJson.read(decoded(token, 0, header)));
      byte[] signed = token.substring(0, payload).getBytes(StandardCharsets.US_ASCII);
      if (!key.signed(signed, decoded(token, payload + 1, token.length()))) {
        return refused(BAD_SIGNATURE);
      }
      return read(key, JoseJson.read(decoded(token, header + 1, payload)));
    } catch (RefusedException e) {
      return refused(e.reason);
    } catch (RuntimeException e) { // whatever else there is to say about hostile input
      return refused(MALFORMED);
    }
  }

  private static byte[] decoded(String token, int start, int end) {
    return Base64.getUrlDecoder().decode(token.substring(start, end));
  }

  private VerificationKey keyFor(Map<String, Object> header) {
    // RFC 8725 2.1: nobody has signed that, whatever stands behind the last dot.
    if (!(header.get("alg") instanceof String alg) || alg.equalsIgnoreCase("none")) {
      throw new RefusedException(MALFORMED);
    }
    // RFC 8725 3.11, RFC 9068 4: no other kind of JWT of this issuer passes for an access token.
    if (!(header.get("typ") instanceof String type) || !rules.type().accepts(type)) {
      throw new RefusedException(MALFORMED);
    }
    if (!(header.get("kid") instanceof String kid) || !VerificationKey.isKid(kid)) {
      throw new RefusedException(MALFORMED);
    }
    VerificationKey key = keys.find(kid);
    if (key == null) {
      throw new RefusedException(UNKNOWN_KEY);
    }
    // RFC 8725 3.1: the key says which algorithm, the token only repeats it.
    if (!key.algorithm().jwsName().equals(alg)) {
      throw new RefusedException(BAD_SIGNATURE);
    }
    return key;
  }

  private Decoded read(VerificationKey key, Map<String, Object> claims) {
    Instant now = clock.instant();
    Instant expires = time(claims, "exp");
    // RFC 7519 4.1.4: "on or after" it is over.
    if (!now.isBefore(expires.plus(rules.leeway()))) {
      return refused(EXPIRED);
    }
    if (claims.containsKey("nbf") && time(claims, "nbf").isAfter(now.plus(rules.leeway()))) {
      return refused(NOT_YET_VALID);
    }
    if (!rules.issuer().equals(claims.get("iss"))) {
      return refused(WRONG_ISSUER);
    }
    if (!isForUs(claims.get("aud"))) {
      return refused(WRONG_AUDIENCE);
    }
    Instant issued = time(claims, "iat");
    if (issued.isAfter(now.plus(rules.leeway()))) {
      return refused(NOT_YET_VALID);
    }
    // Revocations are forgotten after the longest life, so a token must not live longer.
    if (Duration.between(issued, expires).compareTo(rules.longestLife()) > 0) {
      return refused(MALFORMED);
    }
    return new Genuine(
        key,
        new Verified(
            new AccessToken(
                UserId.parse(text(claims, "sub")),
                Decimal.parse(text(claims, TokenSigner.SESSION)),
                number(claims, TokenSigner.EPOCH),
                text(claims, TokenSigner.CHANNEL),
                text(claims, TokenSigner.DEVICE),
                issued,
                expires,
                text(claims, "jti"))));
  }

  /** RFC 7519 4.1.3: one name, or several. */
  private boolean isForUs(@Nullable Object audience) {
    return rules.audience().equals(audience)
        || (audience instanceof List<?> names && names.contains(rules.audience()));
  }

  private static Instant time(Map<String, Object> claims, String name) {
    if (claims.get(name) instanceof Long seconds) {
      return Instant.ofEpochSecond(seconds);
    }
    throw new RefusedException(MALFORMED);
  }

  private static int number(Map<String, Object> claims, String name) {
    if (claims.get(name) instanceof Long number && number == number.intValue()) {
      return number.intValue();
    }
    throw new RefusedException(MALFORMED);
  }

  private static String text(Map<String, Object> claims, String name) {
    if (claims.get(name) instanceof String text) {
      return text;
    }
    throw new RefusedException(MALFORMED);
  }

  private static Refused refused(RejectionReason reason) {
    return new Refused(new Rejected(reason));
  }

  /** Carries a reason out; without a stack trace, for an attacker may cause many. */
  private static final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final RejectionReason reason;

    RefusedException(RejectionReason reason) {
      super(reason.name(), null, false, false);
      this.reason = reason;
    }
  }
}
