package io.usercenter.token;

import static io.usercenter.token.RejectionReason.BAD_SIGNATURE;
import static io.usercenter.token.RejectionReason.EXPIRED;
import static io.usercenter.token.RejectionReason.MALFORMED;
import static io.usercenter.token.RejectionReason.NOT_YET_VALID;
import static io.usercenter.token.RejectionReason.UNKNOWN_KEY;
import static io.usercenter.token.RejectionReason.WRONG_AUDIENCE;
import static io.usercenter.token.RejectionReason.WRONG_ISSUER;

import io.jsonwebtoken.Claims;
import io.jsonwebtoken.ExpiredJwtException;
import io.jsonwebtoken.Header;
import io.jsonwebtoken.Jws;
import io.jsonwebtoken.JwtParser;
import io.jsonwebtoken.Jwts;
import io.jsonwebtoken.PrematureJwtException;
import io.jsonwebtoken.security.SecurityException;
import io.usercenter.id.UserId;
import io.usercenter.token.Verification.Rejected;
import io.usercenter.token.Verification.Verified;
import java.security.Key;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.Set;
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
  private final JwtParser parser;

  TokenDecoder(TokenRules rules, KeySource keys, InstantSource clock) {
    this.rules = rules;
    this.keys = keys;
    this.clock = clock;
    var algorithms = Jwts.parser().sig().clear();
    for (SigningAlgorithm algorithm : SigningAlgorithm.values()) {
      algorithms.add(algorithm.jjwt());
    }
    this.parser =
        algorithms
            .and()
            .json(new JoseJson.Parser())
            .provider(SignatureProvider.orNull())
            .keyLocator(this::keyFor)
            .clock(() -> Date.from(clock.instant()))
            .clockSkewSeconds(rules.leeway().toSeconds())
            .build();
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
    try {
      return read(parser.parseSignedClaims(token));
    } catch (RefusedException e) {
      return refused(e.reason);
    } catch (ExpiredJwtException e) {
      return refused(EXPIRED);
    } catch (PrematureJwtException e) {
      return refused(NOT_YET_VALID);
    } catch (SecurityException e) {
      return refused(BAD_SIGNATURE);
    } catch (RuntimeException e) { // whatever else a library finds to say about hostile input
      return refused(MALFORMED);
    }
  }

  /** Called by jjwt between reading the header and checking the signature. */
  private Key keyFor(Header header) {
    // RFC 8725 3.11, RFC 9068 4: no other kind of JWT of this issuer passes for an access token.
    if (header.getType() == null || !rules.type().accepts(header.getType())) {
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
    if (!key.algorithm().jwsName().equals(header.getAlgorithm())) {
      throw new RefusedException(BAD_SIGNATURE);
    }
    return key.publicKey();
  }

  private Decoded read(Jws<Claims> jws) {
    Claims claims = jws.getPayload();
    if (!rules.issuer().equals(claims.getIssuer())) {
      return refused(WRONG_ISSUER);
    }
    Set<String> audience = claims.getAudience();
    if (audience == null || !audience.contains(rules.audience())) {
      return refused(WRONG_AUDIENCE);
    }
    Instant issued = time(claims.getIssuedAt());
    Instant expires = time(claims.getExpiration());
    Instant now = clock.instant();
    if (issued.isAfter(now.plus(rules.leeway()))) {
      return refused(NOT_YET_VALID);
    }
    // RFC 7519 4.1.4: "on or after" it is over; jjwt still takes it at that very moment.
    if (!now.isBefore(expires.plus(rules.leeway()))) {
      return refused(EXPIRED);
    }
    // Revocations are forgotten after the longest life, so a token must not live longer.
    if (Duration.between(issued, expires).compareTo(rules.longestLife()) > 0) {
      return refused(MALFORMED);
    }
    AccessToken token =
        new AccessToken(
            UserId.parse(text(claims, "sub")),
            Decimal.parse(text(claims, TokenSigner.SESSION)),
            number(claims, TokenSigner.EPOCH),
            text(claims, TokenSigner.CHANNEL),
            text(claims, TokenSigner.DEVICE),
            issued,
            expires,
            text(claims, "jti"));
    VerificationKey key = keys.find(jws.getHeader().getKeyId());
    return key == null ? refused(UNKNOWN_KEY) : new Genuine(key, new Verified(token));
  }

  private static Instant time(@Nullable Date claim) {
    if (claim == null) {
      throw new RefusedException(MALFORMED);
    }
    return claim.toInstant();
  }

  private static int number(Claims claims, String name) {
    if (claims.get(name) instanceof Long number && number == number.intValue()) {
      return number.intValue();
    }
    throw new RefusedException(MALFORMED);
  }

  private static String text(Claims claims, String name) {
    if (claims.get(name) instanceof String text) {
      return text;
    }
    throw new RefusedException(MALFORMED);
  }

  private static Refused refused(RejectionReason reason) {
    return new Refused(new Rejected(reason));
  }

  /** Carries a reason through jjwt; without a stack trace, for an attacker may cause many. */
  private static final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final RejectionReason reason;

    RefusedException(RejectionReason reason) {
      super(reason.name(), null, false, false);
      this.reason = reason;
    }
  }
}
