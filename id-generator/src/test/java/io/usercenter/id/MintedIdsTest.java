package io.usercenter.id;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The judge of the real processes sees what is planted, and nothing where nothing is. */
class MintedIdsTest {
  private static final String FIRST = "0123456789abcdef0000000000000000";
  private static final String SECOND = "fedcba98765432100000000000000000";

  @TempDir private Path folder;

  @Test
  void leasesThatFollowEachOtherAreFine() throws IOException {
    write("0.0.0", FIRST, id(100, 7, 1), id(100, 7, 2), id(101, 7, 1));
    write("1.0.0", SECOND, id(102, 7, 1), id(102, 7, 255));
    write("1.0.1", SECOND, id(103, 7, 1), id(104, 8, 1));
    MintedIds ids = MintedIds.in(folder);
    assertThat(ids.findings()).isEmpty();
    assertThat(ids.duplicates() + ids.overlaps() + ids.falls()).isZero();
    assertThat(ids.ids()).isEqualTo(7);
    assertThat(ids.leases()).isEqualTo(3);
    assertThat(ids.handedOn()).isEqualTo(1);
    assertThat(ids.lanes()).containsEntry("0", genes(1, 2)).containsEntry("1", genes(1, 255));
  }

  @Test
  void anIdThatWasMintedTwiceIsFound() throws IOException {
    write("0.0.0", null, id(100, 7, 1), id(101, 7, 1), id(100, 7, 2));
    write("1.0.0", null, id(101, 7, 1));
    MintedIds ids = MintedIds.in(folder);
    assertThat(ids.duplicates()).isEqualTo(1);
    assertThat(ids.findings()).containsExactly("twice: " + new UserId(id(101, 7, 1)));
    assertThat(ids.uncertain()).isEqualTo(4);
  }

  @Test
  void timestampsUsedUnderTwoTokensAreFound() throws IOException {
    write("0.0.0", FIRST, id(100, 7, 1), id(200, 7, 1));
    write("1.0.0", SECOND, id(150, 7, 2), id(160, 7, 2));
    write("2.0.0", "00000000000000010000000000000000", id(200, 7, 3));
    MintedIds ids = MintedIds.in(folder);
    assertThat(ids.overlaps()).isEqualTo(2);
    assertThat(ids.duplicates()).isZero();
  }

  @Test
  void aGeneThatFallsIsFound() throws IOException {
    write("0.0.0", FIRST, id(101, 7, 1), id(100, 7, 1), id(99, 7, 2));
    assertThat(MintedIds.in(folder).falls()).isEqualTo(1);
  }

  @Test
  void countsAndLeasesSurviveARegionBoundary() throws IOException {
    try (IdFile file = IdFile.create(folder.resolve("0.0.0.ids"))) {
      for (int i = 0; i < 600_000; i++) {
        file.minted(id(100 + i, 7, 1), i < 300_000 ? FIRST : SECOND);
      }
      file.refused();
    }
    assertThat(IdFile.counts(folder.resolve("0.0.0.ids"))).containsExactly(600_000, 1);
    MintedIds ids = MintedIds.in(folder);
    assertThat(ids.ids()).isEqualTo(600_000);
    assertThat(ids.leases()).isEqualTo(2);
    assertThat(ids.replaced()).isEqualTo(1);
    assertThat(ids.findings()).isEmpty();
  }

  private void write(String name, @Nullable String token, long... ids) throws IOException {
    try (IdFile file = IdFile.create(folder.resolve(name + ".ids"))) {
      for (long id : ids) {
        file.minted(id, token);
      }
    }
  }

  private static long id(long timestamp, int machine, int gene) {
    return UserIdLayout.id(UserIdLayout.firstSlot(timestamp), machine, gene);
  }

  private static BitSet genes(int... genes) {
    BitSet set = new BitSet();
    for (int gene : genes) {
      set.set(gene);
    }
    return set;
  }
}
