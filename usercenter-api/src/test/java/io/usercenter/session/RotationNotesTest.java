package io.usercenter.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.session.RotationNotes.Note;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of notes whose shard is well, refuses or hangs. */
class RotationNotesTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Shard SHARD = new Shard(3);
  private static final UserId ONE = new UserId(32 + 3);
  private static final UserId OTHER = new UserId(64 + 3);
  private static final UserId ELSEWHERE = new UserId(4);

  private final List<List<Note>> written = new ArrayList<>();
  private boolean refuses;
  private Instant now = START;
  private RotationNotes notes;

  @BeforeEach
  void begin() {
    notes =
        new RotationNotes(
            this::write, shard -> shard.number() % 2, () -> now, new SimpleMeterRegistry());
  }

  private int write(Shard shard, List<Note> some) {
    if (refuses) {
      throw new IllegalStateException("read-only");
    }
    assertThat(some).allMatch(note -> note.userId().shard().equals(shard));
    written.add(some);
    return some.size();
  }

  @Test
  void notesOfAShardAreWrittenTogetherInTheOrderOfTheirRows() throws Exception {
    notes.add(note(OTHER, 1, 0, START));
    notes.add(note(ONE, 2, 5, START));
    notes.add(note(ONE, -1, 7, START));
    notes.add(note(ELSEWHERE, 1, 0, START));
    notes.settle(SHARD);
    assertThat(written)
        .containsExactly(
            List.of(note(ONE, -1, 7, START), note(ONE, 2, 5, START), note(OTHER, 1, 0, START)));
    assertThat(notes.waiting()).isEqualTo(1);
    notes.destroy();
    assertThat(written).last().isEqualTo(List.of(note(ELSEWHERE, 1, 0, START)));
    assertThat(notes.waiting()).isZero();
  }

  @Test
  void ofTheSameTokenTheFirstTimeCounts() {
    notes.add(note(ONE, 1, 3, START.plusMillis(7)));
    notes.add(note(ONE, 1, 3, START));
    notes.add(note(ONE, 1, 3, START.plusMillis(9)));
    notes.add(note(ONE, 1, 2, START));
    notes.settle(SHARD);
    assertThat(written).containsExactly(List.of(note(ONE, 1, 3, START.plusMillis(7))));
  }

  @Test
  void whatAShardRefusesIsWrittenLaterAndForTenSecondsMoreIsTaken() {
    refuses = true;
    assertThat(notes.add(note(ONE, 1, 0, START))).isTrue();
    notes.settle(SHARD);
    now = START.plus(RotationNotes.PATIENCE);
    assertThat(notes.add(note(OTHER, 1, 0, now))).isTrue();
    notes.settle(SHARD);
    now = now.plusMillis(1);
    assertThat(notes.add(note(OTHER, 2, 0, now))).isFalse();
    assertThat(notes.add(note(ONE, 1, 0, now))).as("who asks again").isTrue();
    assertThat(notes.add(note(ONE, 1, 1, now))).as("who comes with the next one").isFalse();
    assertThat(notes.add(note(ELSEWHERE, 1, 0, now))).as("another shard").isTrue();
    assertThat(notes.waiting()).isEqualTo(3);

    refuses = false;
    notes.settle(SHARD);
    assertThat(written)
        .containsExactly(
            List.of(note(ONE, 1, 0, START), note(OTHER, 1, 0, START.plus(RotationNotes.PATIENCE))));
    assertThat(notes.add(note(OTHER, 2, 0, now))).isTrue();
  }

  @Test
  void aServerThatHangsHoldsUpNoneOfTheOthers() throws Exception {
    CountDownLatch reached = new CountDownLatch(1);
    CountDownLatch hangs = new CountDownLatch(1);
    CountDownLatch other = new CountDownLatch(1);
    RotationNotes some =
        new RotationNotes(
            (shard, list) -> {
              if (!shard.equals(SHARD)) {
                other.countDown();
                return list.size();
              }
              reached.countDown();
              try {
                hangs.await();
                return list.size();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            },
            shard -> shard.number() % 2,
            () -> now,
            new SimpleMeterRegistry());
    some.add(note(ONE, 1, 0, START));
    some.writeAll();
    reached.await();
    assertThat(some.add(note(OTHER, 1, 0, START))).isTrue();
    some.add(note(ELSEWHERE, 1, 0, START));
    some.writeAll(); // and not the one that hangs a second time
    other.await();
    now = START.plus(RotationNotes.PATIENCE).plusMillis(1);
    assertThat(some.add(note(OTHER, 2, 0, now))).as("one waits for too long").isFalse();
    hangs.countDown();
    some.destroy();
    assertThat(some.waiting()).isZero();
  }

  @Test
  void moreThanAShardMayHaveWaitingAreNotTaken() {
    for (int i = 0; i < 10_000; i++) {
      assertThat(notes.add(note(ONE, i, 0, START))).isTrue();
    }
    assertThat(notes.add(note(ONE, 10_000, 0, START))).isFalse();
    notes.settle(SHARD);
    assertThat(notes.add(note(ONE, 10_000, 0, START))).isTrue();
  }

  private static Note note(UserId user, long session, int generation, Instant at) {
    return new Note(user, session, generation, at, at.plus(Duration.ofDays(30)));
  }
}
