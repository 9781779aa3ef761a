package io.usercenter.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.id.Shard;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What whoever announces and whoever listens rely on, of every stream. */
abstract class RevocationStreamContract {
  /** An empty one. */
  abstract RevocationStream stream();

  /** Loses all it knows. */
  abstract void flush();

  @Test
  void whatIsAppendedIsReadInOrderAndOnce() {
    RevocationStream stream = stream();
    assertThat(stream.append(List.of("a", "b"))).isTrue();
    List<RevocationStream.Entry> first = facts(stream, StreamPlace.START);
    assertThat(first).extracting(RevocationStream.Entry::fact).containsExactly("a", "b");
    assertThat(first.getFirst().place().isBefore(first.getLast().place())).isTrue();
    assertThat(stream.append(List.of("c"))).isTrue();
    assertThat(facts(stream, first.getLast().place()))
        .extracting(RevocationStream.Entry::fact)
        .containsExactly("c");
  }

  @Test
  void aShardIsToldWithTheLastOfItsFacts() {
    RevocationStream stream = stream();
    String generation = stream.told().orElseThrow().generation();
    assertThat(stream.told().orElseThrow().shards()).isEmpty();
    assertThat(stream.appendAgain(generation, new Shard(3), List.of("a"), false)).isTrue();
    assertThat(stream.told().orElseThrow().shards()).isEmpty();
    assertThat(stream.appendAgain(generation, new Shard(3), List.of("b"), true)).isTrue();
    assertThat(stream.appendAgain(generation, new Shard(31), List.of(), true)).isTrue();
    assertThat(stream.told().orElseThrow())
        .isEqualTo(
            new RevocationStream.Told(generation, java.util.Set.of(new Shard(3), new Shard(31))));
    assertThat(facts(stream, StreamPlace.START))
        .extracting(RevocationStream.Entry::fact)
        .containsExactly("a", "b");
  }

  @Test
  void whatIsMeantForALostGenerationIsNotTaken() {
    RevocationStream stream = stream();
    String before = stream.told().orElseThrow().generation();
    flush();
    assertThat(stream.appendAgain(before, new Shard(3), List.of("a"), true)).isFalse();
    String after = stream.told().orElseThrow().generation();
    assertThat(after).isNotEqualTo(before);
    assertThat(stream.appendAgain(before, new Shard(3), List.of("a"), true)).isFalse();
    assertThat(stream.told().orElseThrow().shards()).isEmpty();
    assertThat(facts(stream, StreamPlace.START)).isEmpty();
  }

  @Test
  void aGenerationLastsAsLongAsNothingIsLost() {
    RevocationStream stream = stream();
    String generation = stream.told().orElseThrow().generation();
    stream.append(List.of("a"));
    stream.appendAgain(generation, new Shard(0), List.of("a"), true);
    assertThat(stream.told().orElseThrow().generation()).isEqualTo(generation);
  }

  static List<RevocationStream.Entry> facts(RevocationStream stream, StreamPlace after) {
    return stream.read(after, 100).orElseThrow().stream().filter(e -> !e.fact().isEmpty()).toList();
  }
}
