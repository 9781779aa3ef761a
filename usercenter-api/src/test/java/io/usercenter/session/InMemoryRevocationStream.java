package io.usercenter.session;

import io.usercenter.id.Shard;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** A stream that can be made to forget, to be away, and to fail. */
final class InMemoryRevocationStream implements RevocationStream {
  private final InstantSource clock;
  private final List<Entry> entries = new ArrayList<>();
  private final Set<Shard> told = new TreeSet<>();
  private int generation = 1;
  private StreamPlace last = StreamPlace.START;
  boolean away;
  volatile boolean broken;
  Runnable onFailure = () -> {};

  /**
   * @param clock of Redis, by which places are made
   */
  InMemoryRevocationStream(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * Forgets everything; by its clock the next entries may come at places that were there before.
   */
  void flush() {
    entries.clear();
    told.clear();
    generation++;
    last = StreamPlace.START;
  }

  boolean knows(String fact) {
    return entries.stream().anyMatch(entry -> entry.fact().equals(fact));
  }

  @Override
  public Optional<Told> told() {
    if (broken) {
      onFailure.run();
      throw new IllegalStateException("broken");
    }
    return away ? Optional.empty() : Optional.of(new Told("g" + generation, Set.copyOf(told)));
  }

  @Override
  public boolean append(List<String> facts) {
    if (away) {
      return false;
    }
    for (String fact : facts) {
      long ms = clock.millis();
      last = ms > last.ms() ? new StreamPlace(ms, 0) : new StreamPlace(last.ms(), last.n() + 1);
      entries.add(new Entry(last, fact));
    }
    return true;
  }

  @Override
  public boolean appendAgain(String wanted, Shard shard, List<String> facts, boolean all) {
    if (!wanted.equals("g" + generation) || !append(facts)) {
      return false;
    }
    if (all) {
      told.add(shard);
    }
    return true;
  }

  @Override
  public Optional<List<Entry>> read(StreamPlace after, int limit) {
    return away
        ? Optional.empty()
        : Optional.of(
            entries.stream().filter(e -> after.isBefore(e.place())).limit(limit).toList());
  }
}
