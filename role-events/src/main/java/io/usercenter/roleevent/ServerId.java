package io.usercenter.roleevent;

/**
 * A game server's id.
 *
 * @param value 1 to 32 of letters, digits, {@code _ . -}
 */
public record ServerId(String value) implements Comparable<ServerId> {
  private static final Token RULE = new Token("serverId", 32, "_.-");

  public ServerId {
    RULE.require(value);
  }

  @Override
  public int compareTo(ServerId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
