package io.usercenter.roleevent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.usercenter.testkit.ThisJvm;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was added comes out once, in order, over any number of turns of the ring and restarts. */
class SpoolTest {
  private static final int SIZE = 1 << 16;

  @TempDir Path folder;

  private Spool open() throws IOException {
    return Spool.open(folder.resolve("spool"), SIZE, "p-1", SpoolTest::numberOf);
  }

  private static Spool.@Nullable Given numberOf(String text) {
    String[] parts = text.split(":", 3);
    return new Spool.Given(Integer.parseInt(parts[0]), Long.parseLong(parts[1]));
  }

  private static String text(int shard, long number, int length) {
    return shard + ":" + number + ":" + "x".repeat(length);
  }

  @Test
  void whatWasAddedComesOutInOrderOverTurnsAndRestarts() throws IOException {
    Random random = new Random(7);
    Deque<String> expected = new ArrayDeque<>();
    long[] numbers = new long[Spool.SHARDS];
    int full = 0;
    Spool spool = open();
    for (int step = 0; step < 20_000; step++) {
      if (random.nextInt(500) == 0) {
        spool.close();
        spool = open();
        assertThat(spool.waiting()).isEqualTo(expected.size());
      }
      if (random.nextInt(100) < 70) {
        int shard = random.nextInt(Spool.SHARDS);
        int length = random.nextInt(600);
        String[] made = new String[1];
        if (spool.add(shard, number -> made[0] = text(shard, number, length))) {
          assertThat(made[0]).isEqualTo(text(shard, ++numbers[shard], length));
          expected.add(made[0]);
        } else {
          full++;
        }
      } else {
        List<Spool.Entry> some = spool.peek(1 + random.nextInt(3));
        for (Spool.Entry entry : some) {
          assertThat(entry.text()).isEqualTo(expected.poll());
        }
        if (!some.isEmpty()) {
          spool.removed(some.getLast().end(), some.size());
        }
      }
    }
    assertThat(full).isPositive();
    spool.close();
  }

  @Test
  void aRecordThatWasTornIsNoneAndItsNumberIsGivenAgain() throws IOException {
    try (Spool spool = open()) {
      assertThat(spool.add(3, number -> text(3, number, 10))).isTrue();
      assertThat(spool.add(3, number -> text(3, number, 10))).isTrue();
    }
    // As if the process had died while it wrote the text of the second.
    try (RandomAccessFile file = new RandomAccessFile(folder.resolve("spool").toFile(), "rw")) {
      byte[] all = new byte[SIZE];
      file.readFully(all);
      int second = new String(all, StandardCharsets.ISO_8859_1).indexOf("3:2:");
      file.seek(second + 5);
      file.write('y');
      file.seek(48 + 8 * 3);
      file.writeLong(2);
    }
    try (Spool spool = open()) {
      assertThat(spool.waiting()).isEqualTo(1);
      assertThat(spool.add(3, number -> text(3, number, 1))).isTrue();
      assertThat(spool.peek(9)).extracting(Spool.Entry::text).endsWith("3:2:x");
    }
  }

  @Test
  void numbersGoOnBehindARecordWhoseNumberWasNotNotedAnyMore() throws IOException {
    try (Spool spool = open()) {
      assertThat(spool.add(4, number -> text(4, number, 10))).isTrue();
    }
    try (RandomAccessFile file = new RandomAccessFile(folder.resolve("spool").toFile(), "rw")) {
      file.seek(48 + 8 * 4);
      file.writeLong(1);
    }
    try (Spool spool = open()) {
      assertThat(spool.add(4, number -> text(4, number, 10))).isTrue();
      assertThat(spool.peek(9).getLast().text()).startsWith("4:2:");
      assertThat(spool.publisher()).isEqualTo("p-1");
    }
  }

  @Test
  void aSpoolBelongsToOne() throws IOException {
    try (Spool spool = open()) {
      assertThat(spool.waiting()).isZero();
      assertThatThrownBy(this::open).hasMessageContaining("used by another publisher");
    }
    assertThatThrownBy(
            () -> Spool.open(folder.resolve("spool"), 2 * SIZE, "p", SpoolTest::numberOf))
        .hasMessageContaining("has 65536 bytes, not 131072");
  }

  @Test
  void whoIsTurnedAwayDoesNotReleaseTheLockOfTheOwner() throws Exception {
    try (Spool spool = open()) {
      assertThat(spool.waiting()).isZero();
      assertThatThrownBy(this::open).hasMessageContaining("used by another publisher");
      Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("spool"));
      assertThatThrownBy(() -> Spool.open(link, SIZE, "p-2", SpoolTest::numberOf))
          .hasMessageContaining("used by another publisher");

      Process other =
          new ProcessBuilder(
                  ThisJvm.java(),
                  "-cp",
                  ThisJvm.classPath(),
                  OpeningProcess.class.getName(),
                  folder.resolve("spool").toString())
              .redirectErrorStream(true)
              .start();
      assertThat(new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .contains("used by another publisher");
    }
    open().close();
  }

  @Test
  void aDiskWithoutRoomIsToldWhenTheSpoolIsMade() {
    Path full = Path.of("/dev/full");
    assumeThat(full).exists();
    assertThatThrownBy(() -> Spool.open(full, SIZE, "p-1", SpoolTest::numberOf))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("No space left");
  }

  @Test
  void aSpoolWhoseMakerDiedEarlyIsMadeAgain() throws IOException {
    Files.write(folder.resolve("spool"), new byte[1_000]);
    try (Spool spool = open()) {
      assertThat(spool.add(0, number -> text(0, number, 10))).isTrue();
    }
    assertThat(folder.resolve("spool")).hasSize(SIZE);
  }

  @Test
  void anotherFileIsNotTouched() throws IOException {
    Files.writeString(folder.resolve("spool"), "something else");
    assertThatThrownBy(this::open).hasMessageContaining("has 14 bytes");
    assertThat(folder.resolve("spool")).hasContent("something else");
  }

  @Test
  void whatCannotBeWrittenIsRefusedAndItsNumberIsGivenAgain() throws IOException {
    try (Spool spool = open();
        RandomAccessFile file = new RandomAccessFile(folder.resolve("spool").toFile(), "rw")) {
      assertThat(spool.add(5, number -> text(5, number, 10))).isTrue();
      file.setLength(4_096); // behind it the memory is nobody's, as a hole is on a full disk
      assertThat(spool.add(5, number -> text(5, number, 8_000))).isFalse();
      assertThat(spool.add(text(5, 9, 8_000))).isFalse();
      assertThat(spool.waiting()).isEqualTo(1);

      file.setLength(SIZE);
      assertThat(spool.add(5, number -> text(5, number, 8_000))).isTrue();
      assertThat(spool.peek(9))
          .extracting(entry -> entry.text().substring(0, 4))
          .containsExactly("5:1:", "5:2:");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7})
  void anySizeWillDo(int more) throws IOException {
    for (int turn = 0; turn < 3; turn++) {
      try (Spool spool =
          Spool.open(folder.resolve("spool"), SIZE + more, "p-1", SpoolTest::numberOf)) {
        for (int i = 0; i < 5_000; i++) {
          assertThat(spool.add(1, number -> text(1, number, 0))).isTrue();
          List<Spool.Entry> entries = spool.peek(9);
          assertThat(entries).hasSize(1);
          spool.removed(entries.getLast().end(), 1);
        }
      }
    }
  }

  /** Opens the spool in a process of its own. */
  static final class OpeningProcess {
    private OpeningProcess() {}

    public static void main(String[] args) throws IOException {
      Spool.open(Path.of(args[0]), SIZE, "p-3", SpoolTest::numberOf).close();
    }
  }
}
