package io.usercenter.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.id.Shard;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Two instances, and a Redis that is replaced by its replica before both have noticed. */
class AnnouncerTest {
  private static final Shard SHARD = new Shard(7);
  private static final List<Shard> SHARDS = List.of(SHARD);

  private final InstantSource clock = InstantSource.fixed(Instant.parse("2026-01-01T00:00:00Z"));
  private final InMemoryRevocationStream old = new InMemoryRevocationStream(clock);
  private final InMemoryRevocationStream promoted = new InMemoryRevocationStream(clock);
  private final Rows rows = new Rows();

  private Announcer instance(RevocationStream stream) {
    return new Announcer(rows, stream, clock, Duration.ofMinutes(20), new Random(1));
  }

  @Test
  void whatWentToTheOldMasterIsToldToTheNewOneWhoeverWasThereFirst() {
    Switching late = new Switching(old);
    Announcer one = instance(late);
    one.tellAgain(SHARDS);
    promoted.flush(); // begins another generation

    Announcer two = instance(promoted);
    two.tellAgain(SHARDS);
    assertThat(promoted.told().orElseThrow().shards()).containsExactly(SHARD);

    rows.waiting.add(new OutboxRows.Row(1, "a ban"));
    one.announce(SHARD);
    assertThat(old.knows("a ban")).isTrue();

    late.to = promoted;
    promoted.away = true;
    one.tellAgain(SHARDS);
    promoted.away = false;
    assertThat(promoted.knows("a ban")).isFalse();
    one.tellAgain(SHARDS);
    assertThat(promoted.knows("a ban")).isTrue();

    rows.waiting.add(new OutboxRows.Row(2, "another ban"));
    one.announce(SHARD);
    int told = promoted.read(StreamPlace.START, 100).orElseThrow().size();
    one.tellAgain(SHARDS);
    assertThat(promoted.read(StreamPlace.START, 100).orElseThrow()).hasSize(told);
  }

  @Test
  void whatAShardCannotNoteIsAppendedOncePerGeneration() {
    Announcer announcer = instance(old);
    announcer.tellAgain(SHARDS);
    rows.onlyReads = true;
    rows.waiting.add(new OutboxRows.Row(1, "a ban"));
    announcer.announce(SHARD);
    announcer.announce(SHARD);
    rows.waiting.add(new OutboxRows.Row(2, "another ban"));
    announcer.announce(SHARD);
    announcer.announce(SHARD);
    announcer.tellAgain(SHARDS);
    assertThat(facts(old)).containsExactly("a ban", "another ban");

    old.flush();
    announcer.tellAgain(SHARDS); // what it remembers
    announcer.announce(SHARD);
    announcer.announce(SHARD);
    assertThat(facts(old)).containsExactly("a ban", "another ban", "a ban", "another ban");

    rows.waiting.set(1, new OutboxRows.Row(2, "a ban in a shard that was set back"));
    announcer.announce(SHARD);
    assertThat(facts(old)).hasSize(5).last().isEqualTo("a ban in a shard that was set back");

    rows.onlyReads = false;
    announcer.announce(SHARD);
    assertThat(facts(old)).hasSize(5);
    assertThat(rows.waiting).isEmpty();
  }

  @Test
  void whatRedisDidNotTakeIsAppendedLater() {
    Announcer announcer = instance(old);
    announcer.tellAgain(SHARDS);
    rows.onlyReads = true;
    rows.waiting.add(new OutboxRows.Row(1, "a ban"));
    old.away = true;
    announcer.announce(SHARD);
    old.away = false;
    announcer.announce(SHARD);
    assertThat(facts(old)).containsExactly("a ban");
  }

  private static List<String> facts(RevocationStream stream) {
    return stream.read(StreamPlace.START, 100).orElseThrow().stream()
        .map(RevocationStream.Entry::fact)
        .toList();
  }

  /** A connection to whichever Redis is taken for the master. */
  private static final class Switching implements RevocationStream {
    private RevocationStream to;

    Switching(RevocationStream to) {
      this.to = to;
    }

    @Override
    public Optional<Told> told() {
      return to.told();
    }

    @Override
    public boolean append(List<String> facts) {
      return to.append(facts);
    }

    @Override
    public boolean appendAgain(String generation, Shard shard, List<String> facts, boolean all) {
      return to.appendAgain(generation, shard, facts, all);
    }

    @Override
    public Optional<List<Entry>> read(StreamPlace after, int limit) {
      return to.read(after, limit);
    }
  }

  /** The outbox of the one shard. */
  private static final class Rows implements OutboxRows {
    private final List<Row> waiting = new ArrayList<>();
    private final List<Row> announced = new ArrayList<>();
    private boolean onlyReads;

    @Override
    public List<Row> waiting(Shard shard, int limit) {
      return List.copyOf(waiting);
    }

    @Override
    public void announced(Shard shard, List<Row> rows, Instant at) throws SQLException {
      if (onlyReads) {
        throw new SQLException("read-only");
      }
      announced.addAll(rows);
      waiting.removeAll(rows);
    }

    @Override
    public List<Row> decidedSince(Shard shard, Instant from, long after, int limit) {
      return announced.stream().filter(row -> row.seq() > after).toList();
    }

    @Override
    public void forget(Shard shard, Instant announcedBefore) {}
  }
}
