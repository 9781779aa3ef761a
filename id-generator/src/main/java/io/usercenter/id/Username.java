package io.usercenter.id;

import org.jspecify.annotations.Nullable;

/**
 * A username. Two spellings of one name (case, width, composition) are equal: only the canonical
 * form counts. Made by {@link UsernameRules#parse}.
 */
public final class Username {
  private final String canonical;
  private final String display;

  Username(String canonical, String display) {
    this.canonical = canonical;
    this.display = display;
  }

  /**
   * A name read back from the store, where only canonical forms are.
   *
   * @throws IllegalArgumentException if it is empty or not in canonical form
   */
  public static Username ofCanonical(String canonical) {
    if (canonical.isEmpty() || !CanonicalForm.isCanonical(canonical)) {
      throw new IllegalArgumentException("not a username in canonical form");
    }
    return new Username(canonical, canonical);
  }

  /** NFKC, trimmed, case-folded: what is stored, compared and hashed. */
  public String canonical() {
    return canonical;
  }

  /** As typed, without the blanks around it, in NFC; at most 64 code points. */
  public String display() {
    return display;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Username that && canonical.equals(that.canonical);
  }

  @Override
  public int hashCode() {
    return canonical.hashCode();
  }

  /** The canonical form. */
  @Override
  public String toString() {
    return canonical;
  }
}
