package io.usercenter.code;

/** What became of a message. */
public sealed interface Delivery {
  /** The sender took it. */
  record Taken() implements Delivery {}

  /** The sender sends nothing to this address, now and later. */
  record NotThere() implements Delivery {}

  /**
   * The sender did not do its part; maybe the message arrives all the same.
   *
   * @param why for a developer; no secret, no address
   */
  record Failed(String why) implements Delivery {}

  /** This deployment sends nothing by that medium. */
  record NotOffered() implements Delivery {}
}
