package io.usercenter.token;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;

/**
 * Single-use tickets that were used, until they expire. When there is no room for more, or the
 * ticket may have been used before this process started, it counts as used: its player gets
 * another.
 */
final class UsedTickets {
  /** About 100 bytes each. */
  static final int CAPACITY = 200_000;

  private final long startedAtSecond;

  /** Guarded by this. */
  private final Set<Tag> tags = new HashSet<>();

  /** In the order of use, which is nearly that of expiry. Guarded by this. */
  private final ArrayDeque<Used> inOrder = new ArrayDeque<>();

  /** Tickets of one second differ in their tags; 128 bits do not meet by chance. */
  private record Tag(long high, long low) {}

  private record Used(Tag tag, long forgetAtSecond) {}

  UsedTickets(long startedAtSecond) {
    this.startedAtSecond = startedAtSecond;
  }

  /**
   * @return whether it was the first use
   */
  synchronized boolean use(byte[] ticket, long now, long leewaySeconds) {
    if (ServerTicket.seconds(ticket, 24) <= startedAtSecond) {
      return false;
    }
    Used oldest = inOrder.peekFirst();
    while (oldest != null && oldest.forgetAtSecond() <= now) {
      inOrder.removeFirst();
      tags.remove(oldest.tag());
      oldest = inOrder.peekFirst();
    }
    Tag tag = new Tag(ServerTicket.getLong(ticket, 32), ServerTicket.getLong(ticket, 40));
    if (inOrder.size() >= CAPACITY || !tags.add(tag)) {
      return false;
    }
    inOrder.addLast(new Used(tag, ServerTicket.seconds(ticket, 28) + leewaySeconds));
    return true;
  }
}
