package io.usercenter.roleevent;

/**
 * Where an event stands among those that one publisher sends to one shard: whoever reads them sees
 * by the numbers that one is missing.
 *
 * @param publisher 1 to 32 of letters, digits, {@code _ . -}; another one whenever the publisher
 *     lost its memory of the numbers
 * @param number 1 for the first, and no number is left out
 */
public record FeedPosition(String publisher, long number) {
  private static final Token RULE = new Token("feed.publisher", 32, "_.-");

  public FeedPosition {
    RULE.require(publisher);
    if (number < 1) {
      throw new InvalidRoleEventException("feed.number", "must be 1 or more, was " + number);
    }
  }
}
