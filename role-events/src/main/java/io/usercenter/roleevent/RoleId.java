package io.usercenter.roleevent;

/**
 * A character's id. It is unique on its game server; two servers may use the same one.
 *
 * @param value 1 to 64 of letters, digits, {@code _ . : -}
 */
public record RoleId(String value) implements Comparable<RoleId> {
  private static final Token RULE = new Token("roleId", 64, "_.:-");

  public RoleId {
    RULE.require(value);
  }

  @Override
  public int compareTo(RoleId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
