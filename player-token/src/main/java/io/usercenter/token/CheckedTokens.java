package io.usercenter.token;

import io.usercenter.token.Verification.Verified;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Tokens whose signature was found good, so that it need not be computed again. A fixed number of
 * slots in groups; in a full group the token that expires first makes room. Only genuine tokens get
 * in, so nobody can push others out without being a player.
 *
 * <p>Without locks: two threads that put at once may lose one of two tokens, which is checked
 * again.
 */
final class CheckedTokens {
  private static final int GROUP = 8;

  private final AtomicReferenceArray<@Nullable Checked> slots;

  /**
   * A token with the key that proved it. What every check looks at is in here once more: following
   * the references would cost a cache miss each.
   */
  static final class Checked {
    final int hash;
    final String compact;
    final VerificationKey key;
    final Verified result;
    final long userId;
    final long sessionId;
    final int epoch;
    final long issuedSecond;
    final long expiresMillis;

    Checked(String compact, VerificationKey key, Verified result) {
      AccessToken token = result.token();
      this.hash = compact.hashCode();
      this.compact = compact;
      this.key = key;
      this.result = result;
      this.userId = token.userId().value();
      this.sessionId = token.sessionId();
      this.epoch = token.epoch();
      this.issuedSecond = token.issuedAt().getEpochSecond();
      this.expiresMillis = token.expiresAt().toEpochMilli();
    }
  }

  /**
   * @param entries rounded up to a power of two, at least 8; 0 switches it off. An entry takes
   *     about 1 kB
   */
  CheckedTokens(int entries) {
    int size = entries == 0 ? 0 : Integer.highestOneBit(Math.max(GROUP, entries) * 2 - 1);
    this.slots = new AtomicReferenceArray<>(size);
  }

  int size() {
    return slots.length();
  }

  @Nullable Checked find(String compact) {
    if (slots.length() == 0) {
      return null;
    }
    int hash = compact.hashCode();
    int start = group(hash);
    for (int i = start; i < start + GROUP; i++) {
      Checked checked = slots.get(i);
      // Tokens are of one length and begin alike, so comparing takes long.
      if (checked != null && checked.hash == hash && checked.compact.equals(compact)) {
        return checked;
      }
    }
    return null;
  }

  void put(Checked checked) {
    if (slots.length() == 0) {
      return;
    }
    int start = group(checked.hash);
    int victim = start;
    long earliest = Long.MAX_VALUE;
    for (int i = start; i < start + GROUP; i++) {
      Checked there = slots.get(i);
      if (there == null || there.compact.equals(checked.compact)) {
        victim = i;
        break;
      }
      if (there.expiresMillis < earliest) {
        earliest = there.expiresMillis;
        victim = i;
      }
    }
    slots.set(victim, checked);
  }

  private int group(int hash) {
    int spread = hash * 0x9E3779B9; // upwards; the high bits are folded back
    return (spread ^ (spread >>> 16)) & (slots.length() - 1) & -GROUP;
  }
}
