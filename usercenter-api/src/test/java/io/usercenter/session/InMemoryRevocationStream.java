package io.usercenter.session;

import io.usercenter.id.Shard;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** A stream that can be made to forget, and to be away. */
final class InMemoryRevocationStream implements RevocationStream {
  final List<Entry> entries = new ArrayList<>();
  private final Set<Shard> told = new TreeSet<>();
  private int generation = 1;
  private long last;
  boolean away;

  /**
   * @param firstPlace the first entry comes after it
   */
  InMemoryRevocationStream(long firstPlace) {
    this.last = firstPlace;
  }

  /** Forgets everything; the next entries may come at places that were there before. */
  void flush(long firstPlace) {
    entries.clear();
    told.clear();
    generation++;
    last = firstPlace;
  }

  @Override
  public Optional<Told> told() {
    return away ? Optional.empty() : Optional.of(new Told("g" + generation, Set.copyOf(told)));
  }

  @Override
  public boolean append(List<String> facts) {
    if (away) {
      return false;
    }
    facts.forEach(fact -> entries.add(new Entry(new StreamPlace(++last, 0), fact)));
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
