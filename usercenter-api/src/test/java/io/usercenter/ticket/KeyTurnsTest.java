package io.usercenter.ticket;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.ticket.TicketKeyMapper.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whose turn it is follows from the rows and the time alone. */
class KeyTurnsTest {
  private static final Instant NOW = Instant.parse("2026-11-21T08:00:00Z");

  private static Row key(int epoch, @Nullable Duration beganAgo) {
    return new Row(
        epoch, NOW.minus(Duration.ofDays(90)), beganAgo == null ? null : NOW.minus(beganAgo), null);
  }

  private static Row compromised(int epoch, @Nullable Duration beganAgo) {
    Row row = key(epoch, beganAgo);
    return new Row(row.epoch(), row.createdAt(), row.mintsFrom(), NOW);
  }

  private static KeyTurns turns(Row... rows) {
    return new KeyTurns(List.of(rows), NOW);
  }

  private static List<Integer> delivered(KeyTurns turns) {
    return turns.toDeliver(NOW).stream().map(Row::epoch).toList();
  }

  private static List<String> statuses(KeyTurns turns) {
    return turns.rows().stream().map(row -> turns.describe(row, NOW).status()).toList();
  }

  @Test
  void withoutRowsThereIsNothing() {
    assertThat(turns().known()).isFalse();
    assertThat(turns().minting(NOW)).isEmpty();
    assertThat(turns().toDeliver(NOW)).isEmpty();
  }

  @Test
  void theKeyWhoseTurnCameLastMakesTickets() {
    KeyTurns turns =
        turns(
            key(0, Duration.ofDays(60)),
            key(1, Duration.ofDays(30)),
            key(2, Duration.ZERO),
            key(3, null));
    assertThat(turns.minting(NOW)).map(Row::epoch).hasValue(2);
    assertThat(turns.next(NOW)).map(Row::epoch).hasValue(3);
    assertThat(delivered(turns)).containsExactly(1, 2, 3);
    assertThat(statuses(turns)).containsExactly("RETIRED", "PAST", "MINTING", "NEXT");
  }

  @Test
  void aTurnThatIsFixedAndAheadIsNoTurnYet() {
    Row next = key(1, Duration.ofMillis(-1));
    KeyTurns turns = turns(key(0, Duration.ofDays(30)), next);
    assertThat(turns.minting(NOW)).map(Row::epoch).hasValue(0);
    assertThat(turns.minting(NOW.plusMillis(1))).map(Row::epoch).hasValue(1);
    assertThat(turns.acceptUntil(turns.rows().getFirst()))
        .isEqualTo(NOW.plusMillis(1).plus(Duration.ofMinutes(20)));
    assertThat(turns.acceptUntil(next)).isNull();
  }

  @Test
  void aKeyOfThePastIsDeliveredUntilItsLastTicketCannotBeInTime() {
    assertThat(
            delivered(
                turns(key(0, Duration.ofDays(1)), key(1, Duration.ofMinutes(20).minusMillis(1)))))
        .containsExactly(0, 1);
    assertThat(delivered(turns(key(0, Duration.ofDays(1)), key(1, Duration.ofMinutes(20)))))
        .containsExactly(1);
  }

  @Test
  void aCompromisedKeyIsGoneAndEndsNoOther() {
    KeyTurns turns =
        turns(key(0, Duration.ofDays(2)), compromised(1, Duration.ofDays(1)), key(2, null));
    assertThat(turns.minting(NOW))
        .as("until the next one has a turn")
        .hasValue(turns.rows().get(0));
    assertThat(delivered(turns)).containsExactly(0, 2);
    assertThat(statuses(turns)).containsExactly("MINTING", "COMPROMISED", "NEXT");
  }

  @Test
  void whenAllThatBeganAreCompromisedTheWaitingOneMakesTickets() {
    KeyTurns turns = turns(compromised(0, Duration.ofDays(1)), key(1, null));
    assertThat(turns.minting(NOW)).map(Row::epoch).hasValue(1);
    assertThat(turns(compromised(0, Duration.ofDays(1))).minting(NOW)).isEmpty();
  }

  @Test
  void ofTwoKeysThatLookAlikeInTicketsOnlyTheNewerIsDelivered() {
    List<Row> rows = new ArrayList<>();
    for (int epoch = 0; epoch <= 256; epoch++) {
      rows.add(key(epoch, Duration.ofSeconds(600 - epoch)));
    }
    List<Integer> delivered = delivered(new KeyTurns(rows, NOW));
    assertThat(delivered).hasSize(256).doesNotContain(0).contains(1, 256);
  }
}
