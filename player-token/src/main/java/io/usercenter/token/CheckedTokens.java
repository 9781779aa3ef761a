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

  /** A token with the key that proved it. */
  record Checked(String compact, VerificationKey key, Verified result) {
    private long expiresAt() {
      return result.token().expiresAt().getEpochSecond();
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
    int start = group(compact);
    for (int i = start; i < start + GROUP; i++) {
      Checked checked = slots.get(i);
      // A string knows its hash; tokens are of one length and begin alike, so comparing takes long.
      if (checked != null
          && checked.compact().hashCode() == hash
          && checked.compact().equals(compact)) {
        return checked;
      }
    }
    return null;
  }

  void put(Checked checked) {
    if (slots.length() == 0) {
      return;
    }
    int start = group(checked.compact());
    int victim = start;
    long earliest = Long.MAX_VALUE;
    for (int i = start; i < start + GROUP; i++) {
      Checked there = slots.get(i);
      if (there == null || there.compact().equals(checked.compact())) {
        victim = i;
        break;
      }
      if (there.expiresAt() < earliest) {
        earliest = there.expiresAt();
        victim = i;
      }
    }
    slots.set(victim, checked);
  }

  private int group(String compact) {
    int hash = compact.hashCode() * 0x9E3779B9; // spreads upwards; the high bits are folded back
    return (hash ^ (hash >>> 16)) & (slots.length() - 1) & -GROUP;
  }
}
