package io.usercenter.token;

import io.usercenter.token.Verification.Verified;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Tokens whose signature was found good, so that it need not be computed again. A fixed number of
 * slots; a token that falls on another's slot takes its place. Only genuine tokens get in, so
 * nobody can push others out without being a player.
 */
final class CheckedTokens {
  private final AtomicReferenceArray<@Nullable Checked> slots;

  /** A token with the key that proved it. */
  record Checked(String compact, VerificationKey key, Verified result) {}

  /**
   * @param entries rounded up to a power of two; 0 switches it off. An entry takes about 1 kB
   */
  CheckedTokens(int entries) {
    int size = entries == 0 ? 0 : Integer.highestOneBit(Math.max(1, entries * 2 - 1));
    this.slots = new AtomicReferenceArray<>(size);
  }

  @Nullable Checked find(String compact) {
    if (slots.length() == 0) {
      return null;
    }
    Checked checked = slots.get(slot(compact));
    return checked != null && checked.compact().equals(compact) ? checked : null;
  }

  void put(Checked checked) {
    if (slots.length() > 0) {
      slots.set(slot(checked.compact()), checked);
    }
  }

  int size() {
    return slots.length();
  }

  private int slot(String compact) {
    int hash = compact.hashCode();
    hash *= 0x9E3779B9; // spreads to the high bits, which are taken
    return (hash ^ (hash >>> 16)) & (slots.length() - 1);
  }
}
