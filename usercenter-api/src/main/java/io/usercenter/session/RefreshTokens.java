package io.usercenter.session;

import io.usercenter.id.UserId;
import io.usercenter.platform.Digests;
import io.usercenter.platform.MasterKey;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.SecretKey;

/**
 * The form of refresh tokens: {@code ucr_} and base64url of 37 bytes.
 *
 * <pre>
 *  | version 1 | user id 8 | session id 8 | generation 4 | HMAC-SHA-256, first 16 bytes |
 * </pre>
 *
 * <p>The token of a generation is always the same, so that a repeated refresh gets the same
 * successor, and nothing secret has to be stored. It leads to its shard by the user id.
 */
final class RefreshTokens {
  private static final String PREFIX = "ucr_";
  private static final byte VERSION = 1;
  private static final int BODY = 1 + 8 + 8 + 4;
  private static final int MAC = 16;

  private final SecretKey key;

  RefreshTokens(MasterKey master) {
    this.key = master.derive("refresh token v1", "HmacSHA256");
  }

  String write(RefreshToken token) {
    byte[] body =
        ByteBuffer.allocate(BODY)
            .put(VERSION)
            .putLong(token.userId().value())
            .putLong(token.sessionId().value())
            .putInt(token.generation())
            .array();
    byte[] all = Arrays.copyOf(body, BODY + MAC);
    System.arraycopy(mac(body), 0, all, BODY, MAC);
    return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(all);
  }

  /** Empty for whatever this service did not write. */
  Optional<RefreshToken> read(String text) {
    if (!text.startsWith(PREFIX) || text.length() > 64) {
      return Optional.empty();
    }
    byte[] all;
    try {
      all = Base64.getUrlDecoder().decode(text.substring(PREFIX.length()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    if (all.length != BODY + MAC || all[0] != VERSION) {
      return Optional.empty();
    }
    byte[] body = Arrays.copyOf(all, BODY);
    // Constant time: the MAC must not be guessed byte by byte.
    if (!MessageDigest.isEqual(mac(body), Arrays.copyOfRange(all, BODY, all.length))) {
      return Optional.empty();
    }
    ByteBuffer in = ByteBuffer.wrap(body, 1, BODY - 1);
    return Optional.of(
        new RefreshToken(new UserId(in.getLong()), new SessionId(in.getLong()), in.getInt()));
  }

  private byte[] mac(byte[] body) {
    return Arrays.copyOf(Digests.hmac(key, body), MAC);
  }
}
