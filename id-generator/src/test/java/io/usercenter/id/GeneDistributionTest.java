package io.usercenter.id;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** How evenly both functions fill 32 shards; the tables of docs/adr/0002 are its output. */
class GeneDistributionTest {
  private static final int GENERATED = 100_000;

  @Test
  void crc32IsEvenOnNamesThatPeopleChoseAndOnNamesThatCount() throws IOException {
    assertThat(worst("names of JDK classes", GeneFunction.CRC32, jdkClassNames())).isLessThan(1.15);
    assertThat(worst("player0...", GeneFunction.CRC32, generated(i -> "player" + i)))
        .isLessThan(1.06);
    assertThat(worst("e-mail", GeneFunction.CRC32, generated(i -> "user" + i + "@example.com")))
        .isLessThan(1.06);
    assertThat(worst("three Han", GeneFunction.CRC32, generated(GeneDistributionTest::threeHan)))
        .isLessThan(1.06);
  }

  @Test
  void lastByteIsNot() throws IOException {
    assertThat(worst("names of JDK classes", GeneFunction.LAST_BYTE, jdkClassNames()))
        .isGreaterThan(4);
    assertThat(worst("player0...", GeneFunction.LAST_BYTE, generated(i -> "player" + i)))
        .isGreaterThan(3);
    assertThat(worst("e-mail", GeneFunction.LAST_BYTE, generated(i -> "user" + i + "@example.com")))
        .isEqualTo(32);
    assertThat(
            worst("three Han", GeneFunction.LAST_BYTE, generated(GeneDistributionTest::threeHan)))
        .isLessThan(1.1);
  }

  /** Accounts in the fullest shard over the mean; prints all shards. */
  private static double worst(String list, GeneFunction function, Set<String> names) {
    int[] perShard = new int[Shard.COUNT];
    for (String name : names) {
      perShard[function.gene(Username.ofCanonical(name)) & 31]++;
    }
    double mean = names.size() / (double) Shard.COUNT;
    double worst = IntStream.of(perShard).max().orElseThrow() / mean;
    System.out.printf(
        "%s, %d names, %s: max/mean %.2f, empty %d, per cent of the mean %s%n",
        list,
        names.size(),
        function.id(),
        worst,
        IntStream.of(perShard).filter(count -> count == 0).count(),
        IntStream.of(perShard)
            .mapToObj(count -> Long.toString(Math.round(100 * count / mean)))
            .collect(Collectors.joining(" ")));
    return worst;
  }

  private static Set<String> generated(IntFunction<String> name) {
    return IntStream.range(0, GENERATED).mapToObj(name).collect(Collectors.toSet());
  }

  private static String threeHan(int i) {
    return new StringBuilder()
        .appendCodePoint(0x4e00 + i % 97)
        .appendCodePoint(0x5200 + i / 97 % 101)
        .appendCodePoint(0x6000 + i / 97 / 101 * 89 + i % 89)
        .toString();
  }

  /** The simple names of all classes of this JDK, as somebody might type them. */
  private static Set<String> jdkClassNames() throws IOException {
    Path modules = FileSystems.getFileSystem(URI.create("jrt:/")).getPath("modules");
    try (Stream<Path> files = Files.walk(modules)) {
      return files
          .map(file -> String.valueOf(file.getFileName()))
          .filter(file -> file.matches("[A-Za-z0-9_]{3,32}\\.class"))
          .map(file -> file.substring(0, file.length() - 6).toLowerCase(Locale.ROOT))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }
}
