package io.usercenter.token;

import io.usercenter.id.UserId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * What a ticket to one game server says. As text 64 characters of base64url, 48 bytes:
 *
 * <pre>
 *   0       1         2     3     4           8       16        24     28      32          48
 *   | ver 1 | key epoch | shard | flags | server hash | user id | session | issued | expires | tag |
 *      1         1         1       1         4           8         8        4        4       16
 * </pre>
 *
 * Numbers are big-endian; times are seconds since 1970, unsigned until 2106. Of the flags, bit 0
 * says single use and bits 1 to 7 are the low bits of the user's epoch. The tag is HMAC-SHA-256
 * over the first 32 bytes, cut to 16.
 *
 * @param sessionId the session it was traded for
 * @param epoch the low seven bits of the user's {@code auth_epoch}
 * @param singleUse to be accepted once
 * @param issuedAt whole seconds
 * @param expiresAt whole seconds, refused from then on
 */
public record ServerTicket(
    UserId userId,
    long sessionId,
    int epoch,
    boolean singleUse,
    Instant issuedAt,
    Instant expiresAt) {
  /** The longest a ticket may live: it is for entering, not for staying. */
  public static final Duration LONGEST_LIFE = Duration.ofMinutes(15);

  static final int TEXT_LENGTH = 64;
  static final int LENGTH = 48;
  static final int VERSION = 1;
  static final int EPOCHS = 128;
  private static final long LAST_SECOND = (1L << 32) - 1;

  public ServerTicket {
    if (sessionId <= 0) {
      throw new IllegalArgumentException("session id must be positive, was " + sessionId);
    }
    if (epoch < 0 || epoch >= EPOCHS) {
      throw new IllegalArgumentException("epoch must be 0 to 127, was " + epoch);
    }
    long issued = issuedAt.getEpochSecond();
    long expires = expiresAt.getEpochSecond();
    if (issued < 0 || expires > LAST_SECOND) {
      throw new IllegalArgumentException("a ticket's times end in 2106, got " + expiresAt);
    }
    if (expires <= issued || expires - issued > LONGEST_LIFE.toSeconds()) {
      throw new IllegalArgumentException(
          "a ticket must live 1 s to 15 min, got " + issuedAt + " to " + expiresAt);
    }
  }

  /**
   * Mints a ticket for the server of the key, good from now.
   *
   * <p>The same user, session and second give the same ticket.
   *
   * @param epoch the user's whole {@code auth_epoch}
   * @param life whole seconds, 1 s to {@link #LONGEST_LIFE}
   * @param now by the service's clock
   */
  public static String mint(
      ServerTicketKey key,
      UserId userId,
      long sessionId,
      int epoch,
      boolean singleUse,
      Duration life,
      Instant now) {
    Instant issued = Instant.ofEpochSecond(now.getEpochSecond());
    return new ServerTicket(
            userId,
            sessionId,
            epoch & (EPOCHS - 1),
            singleUse,
            issued,
            issued.plusSeconds(life.toSeconds()))
        .sealed(key);
  }

  private String sealed(ServerTicketKey key) {
    byte[] bytes = new byte[LENGTH];
    bytes[0] = VERSION;
    bytes[1] = (byte) key.epoch();
    bytes[2] = (byte) userId.shard().number();
    bytes[3] = (byte) (epoch << 1 | (singleUse ? 1 : 0));
    putInt(bytes, 4, key.serverHash());
    putLong(bytes, 8, userId.value());
    putLong(bytes, 16, sessionId);
    putInt(bytes, 24, (int) issuedAt.getEpochSecond());
    putInt(bytes, 28, (int) expiresAt.getEpochSecond());
    key.seal(bytes);
    return Base64.getUrlEncoder().encodeToString(bytes);
  }

  /** Whether what stands behind the tag is a ticket; call only when the tag is right. */
  static boolean isWellFormed(byte[] bytes) {
    long issued = seconds(bytes, 24);
    long life = seconds(bytes, 28) - issued;
    return getLong(bytes, 8) > 0
        && bytes[2] == (getLong(bytes, 8) & 31)
        && getLong(bytes, 16) > 0
        && life > 0
        && life <= LONGEST_LIFE.toSeconds();
  }

  /** Reads what {@link #isWellFormed} found good. */
  static ServerTicket read(byte[] bytes) {
    return new ServerTicket(
        new UserId(getLong(bytes, 8)),
        getLong(bytes, 16),
        (bytes[3] & 255) >>> 1,
        (bytes[3] & 1) == 1,
        Instant.ofEpochSecond(seconds(bytes, 24)),
        Instant.ofEpochSecond(seconds(bytes, 28)));
  }

  /**
   * Decodes base64url of 64 characters; 48 bytes leave no bit unused, so there is one spelling.
   *
   * @return null if it is none
   */
  static byte @Nullable [] decode(String text) {
    if (text.length() != TEXT_LENGTH) {
      return null;
    }
    byte[] bytes = new byte[LENGTH];
    try {
      // What is not Latin-1 becomes a question mark, which is no digit; padding makes it shorter.
      byte[] digits = text.getBytes(StandardCharsets.ISO_8859_1);
      return Base64.getUrlDecoder().decode(digits, bytes) == LENGTH ? bytes : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  static int getInt(byte[] bytes, int at) {
    return (bytes[at] & 255) << 24
        | (bytes[at + 1] & 255) << 16
        | (bytes[at + 2] & 255) << 8
        | (bytes[at + 3] & 255);
  }

  static long getLong(byte[] bytes, int at) {
    return (long) getInt(bytes, at) << 32 | (getInt(bytes, at + 4) & 0xFFFF_FFFFL);
  }

  static long seconds(byte[] bytes, int at) {
    return getInt(bytes, at) & 0xFFFF_FFFFL;
  }

  private static void putInt(byte[] bytes, int at, int value) {
    bytes[at] = (byte) (value >>> 24);
    bytes[at + 1] = (byte) (value >>> 16);
    bytes[at + 2] = (byte) (value >>> 8);
    bytes[at + 3] = (byte) value;
  }

  private static void putLong(byte[] bytes, int at, long value) {
    putInt(bytes, at, (int) (value >>> 32));
    putInt(bytes, at + 4, (int) value);
  }
}
