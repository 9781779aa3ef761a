package io.usercenter.ticket;

import io.usercenter.token.ServerTicket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The ticket keys of one game server and whose turn it is.
 *
 * @param rows all that it ever had, the oldest first
 * @param readAt before the database was asked
 */
record KeyTurns(List<TicketKeyMapper.Row> rows, Instant readAt) {
  /** After the last ticket of a key can have been made: its life, and clocks that differ. */
  private static final Duration AFTERWARDS = ServerTicket.LONGEST_LIFE.plus(Duration.ofMinutes(5));

  KeyTurns {
    rows = List.copyOf(rows);
  }

  /** Whether a game server has ever asked for its keys. */
  boolean known() {
    return !rows.isEmpty();
  }

  /** The key whose turn came last; the waiting one if all of those are compromised. */
  Optional<TicketKeyMapper.Row> minting(Instant now) {
    return rows.stream()
        .filter(row -> row.startedAt(now))
        .max(Comparator.comparing(KeyTurns::turnOf))
        .or(() -> next(now));
  }

  /** The key that waits for its turn, fixed or not. */
  Optional<TicketKeyMapper.Row> next(Instant now) {
    return rows.stream().filter(row -> row.good() && !row.startedAt(now)).findFirst();
  }

  /** The good keys that a ticket may be of, now or soon, the oldest first. */
  List<TicketKeyMapper.Row> toDeliver(Instant now) {
    List<TicketKeyMapper.Row> good = new ArrayList<>();
    for (TicketKeyMapper.Row row : rows) {
      Instant until = acceptUntil(row);
      boolean over = until != null && !until.isAfter(now);
      // Tickets show eight bits of the epoch: of two keys that look the same there only the newer.
      if (row.good() && !over && row.epoch() > rows.getLast().epoch() - 256) {
        good.add(row);
      }
    }
    return good;
  }

  /** Null while no other key has a turn after this one's. */
  @Nullable Instant acceptUntil(TicketKeyMapper.Row row) {
    Instant turn = turnOf(row);
    return rows.stream()
        .filter(other -> other.good() && other.mintsFrom() != null)
        .map(KeyTurns::turnOf)
        .filter(other -> other.isAfter(turn))
        .min(Comparator.naturalOrder())
        .map(successor -> successor.plus(AFTERWARDS))
        .orElse(null);
  }

  TicketKey describe(TicketKeyMapper.Row row, Instant now) {
    Instant until = acceptUntil(row);
    boolean minting = minting(now).filter(row::equals).isPresent();
    String status =
        !row.good()
            ? "COMPROMISED"
            : minting
                ? "MINTING"
                : !row.startedAt(now)
                    ? "NEXT"
                    : until == null || until.isAfter(now) ? "PAST" : "RETIRED";
    return new TicketKey(
        row.epoch(), status, row.createdAt(), row.mintsFrom(), until, row.compromisedAt());
  }

  /** A key without a turn comes after all that have one. */
  private static Instant turnOf(TicketKeyMapper.Row row) {
    Instant from = row.mintsFrom();
    return from == null ? Instant.MAX : from;
  }
}
