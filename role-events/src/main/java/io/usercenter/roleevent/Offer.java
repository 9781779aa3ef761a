package io.usercenter.roleevent;

/** What became of an event that was offered to a {@link RolePublisher}. */
public sealed interface Offer {
  /** It is in the spool, and will be sent whatever happens to this process. */
  record Accepted() implements Offer {}

  /**
   * It was not taken, because the spool is full: nothing could be sent for too long. The character
   * will have to be told of again, or be found by reconciling.
   *
   * @param waiting events in the spool
   * @param bytes of them
   * @param capacity bytes of the spool
   */
  record SpoolFull(long waiting, long bytes, long capacity) implements Offer {}

  /** It was not taken, because the publisher was closed. */
  record Closed() implements Offer {}

  /** Whether it was taken. */
  default boolean accepted() {
    return this instanceof Accepted;
  }
}
