package io.usercenter.token;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.Provider;
import java.security.Security;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The key of one game server for its tickets. Whoever has it can make tickets for this server, and
 * for no other. Thread safe.
 */
public final class ServerTicketKey {
  /** Of the key, in bytes. */
  public static final int LENGTH = 32;

  static final int TAG_LENGTH = 16;

  private static final byte[] SALT =
      "usercenter server ticket v1".getBytes(StandardCharsets.US_ASCII);
  private static final int LONGEST_SERVER_ID = 64;
  private static final int BLOCK = 64; // of SHA-256, in bytes

  private final String serverId;
  private final int epoch;
  private final int serverHash;
  private final byte[] key;

  // HMAC (RFC 2104) begins both of its hashes with a block that depends on the key only. They are
  // kept as they are after it, and cloned for each tag: half of the work of a Mac of the JDK, which
  // begins anew, and nothing that threads would have to share.
  private final MessageDigest inner;
  private final MessageDigest outer;

  private ServerTicketKey(String serverId, int epoch, byte[] key) {
    if (epoch < 0 || epoch > 255) {
      throw new IllegalArgumentException("key epoch must be 0 to 255, was " + epoch);
    }
    if (key.length != LENGTH) {
      throw new IllegalArgumentException("a ticket key has 32 bytes, got " + key.length);
    }
    this.serverId = serverId;
    this.epoch = epoch;
    this.key = key.clone();
    this.serverHash = hash(serverId);
    this.inner = begun(0x36);
    this.outer = begun(0x5c);
  }

  /**
   * A key as delivered to the game server.
   *
   * @param serverId 1 to 64 characters, the id of the game server in the user center
   * @param epoch 0 to 255, raised by one (255 to 0) when the key is rotated
   * @param key 32 bytes
   */
  public static ServerTicketKey of(String serverId, int epoch, byte[] key) {
    return new ServerTicketKey(serverId, epoch, key);
  }

  /**
   * Derives the key of a server: HKDF-SHA-256 with info = epoch byte, server id in UTF-8.
   *
   * @param master at least 32 random bytes that serve for nothing else
   */
  public static ServerTicketKey derive(byte[] master, String serverId, int epoch) {
    if (master.length < LENGTH) {
      throw new IllegalArgumentException("the master needs 32 bytes, got " + master.length);
    }
    byte[] id = serverId.getBytes(StandardCharsets.UTF_8);
    byte[] info = new byte[1 + id.length];
    info[0] = (byte) epoch;
    System.arraycopy(id, 0, info, 1, id.length);
    return new ServerTicketKey(serverId, epoch, Hkdf.derive(master, SALT, info, LENGTH));
  }

  public String serverId() {
    return serverId;
  }

  public int epoch() {
    return epoch;
  }

  /** The 32 bytes to deliver to the game server, and to nobody else. */
  public byte[] secret() {
    return key.clone();
  }

  /** The first four bytes of SHA-256 of the server id; tells servers apart, proves nothing. */
  int serverHash() {
    return serverHash;
  }

  /**
   * The server hash of this game server.
   *
   * @throws IllegalArgumentException unless the id has 1 to 64 characters
   */
  static int hash(String serverId) {
    if (serverId.isBlank() || serverId.length() > LONGEST_SERVER_ID) {
      throw new IllegalArgumentException("server id must have 1 to 64 characters");
    }
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(serverId.getBytes(StandardCharsets.UTF_8));
      return (digest[0] & 255) << 24
          | (digest[1] & 255) << 16
          | (digest[2] & 255) << 8
          | (digest[3] & 255);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no SHA-256", e);
    }
  }

  /** Computes the tag over the first bytes of a ticket and writes it behind them. */
  void seal(byte[] ticket) {
    System.arraycopy(tag(ticket), 0, ticket, ticket.length - TAG_LENGTH, TAG_LENGTH);
  }

  /** Whether the tag fits, in constant time. */
  boolean sealed(byte[] ticket) {
    int body = ticket.length - TAG_LENGTH;
    byte[] tag = tag(ticket);
    int difference = 0;
    for (int i = 0; i < TAG_LENGTH; i++) {
      difference |= tag[i] ^ ticket[body + i];
    }
    return difference == 0;
  }

  /** HMAC-SHA-256 of all but the last 16 bytes. */
  private byte[] tag(byte[] ticket) {
    try {
      MessageDigest hash = (MessageDigest) inner.clone();
      hash.update(ticket, 0, ticket.length - TAG_LENGTH);
      byte[] inside = hash.digest();
      hash = (MessageDigest) outer.clone();
      return hash.digest(inside);
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("what could be cloned before cannot be now", e);
    }
  }

  /** A hash that has taken in the key, which is shorter than a block. */
  private MessageDigest begun(int pad) {
    byte[] block = new byte[BLOCK];
    System.arraycopy(key, 0, block, 0, key.length);
    for (int i = 0; i < BLOCK; i++) {
      block[i] ^= (byte) pad;
    }
    CloneNotSupportedException uncloneable = null;
    for (Provider provider : Security.getProviders("MessageDigest.SHA-256")) {
      try {
        MessageDigest hash = MessageDigest.getInstance("SHA-256", provider);
        hash.update(block);
        return (MessageDigest) hash.clone();
      } catch (CloneNotSupportedException e) {
        uncloneable = e; // as those of some hardware; another provider may have one
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("provider " + provider + " has no SHA-256", e);
      }
    }
    throw new IllegalStateException("this JDK has no SHA-256 that can be cloned", uncloneable);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ServerTicketKey that
        && epoch == that.epoch
        && serverId.equals(that.serverId)
        && MessageDigest.isEqual(key, that.key);
  }

  @Override
  public int hashCode() {
    return 31 * serverId.hashCode() + Arrays.hashCode(key);
  }

  @Override
  public String toString() {
    return "ServerTicketKey[serverId=" + serverId + ", epoch=" + epoch + ", key=[REDACTED]]";
  }
}
