package io.usercenter.code;

import java.util.Set;

/**
 * Brings codes to people. A publisher may make a bean of this type instead of using the webhook;
 * there is one sender at most.
 */
public interface CodeSender {
  /** By what it can send. */
  Set<Medium> media();

  /**
   * Sends a message. Called on the thread of the request, outside of any transaction; must come
   * back within a time of its own. Must not log the code or the address.
   */
  Delivery send(CodeMessage message);
}
