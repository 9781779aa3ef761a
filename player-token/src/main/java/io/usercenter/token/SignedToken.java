package io.usercenter.token;

/**
 * A token that was just minted.
 *
 * @param compact the JWT to hand to the player; whoever has it is the player until it expires
 * @param token what it says
 */
public record SignedToken(String compact, AccessToken token) {
  @Override
  public String toString() {
    return "SignedToken[compact=[REDACTED], token=" + token + "]";
  }
}
