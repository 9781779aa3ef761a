package io.usercenter.session;

import io.usercenter.id.Shard;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The stream of revocations. It may be away, and it may lose what it was told. */
interface RevocationStream {
  /** What it was told since it lost everything, or since it began; empty when it is away. */
  Optional<Told> told();

  /** Appends facts. False when it is away. */
  boolean append(List<String> facts);

  /**
   * Appends facts of a shard that it had lost, if it has not lost anything since.
   *
   * @param generation the one in which the shard was found missing
   * @param all whether the shard has no more than these and those appended before
   * @return false when nothing was appended: it is away, or of another generation
   */
  boolean appendAgain(String generation, Shard shard, List<String> facts, boolean all);

  /**
   * The entries after a place, in order, when there are none for a moment those that come then;
   * empty when it is away.
   */
  Optional<List<Entry>> read(StreamPlace after, int limit);

  /**
   * How far the memory of the stream reaches.
   *
   * @param generation another one each time it may have lost something; never comes back
   * @param shards whose facts of the last token life are all in it, as far as they were announced
   */
  record Told(String generation, Set<Shard> shards) {}

  /** An entry. */
  record Entry(StreamPlace place, String fact) {}
}
