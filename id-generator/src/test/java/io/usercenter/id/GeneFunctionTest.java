package io.usercenter.id;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The two functions by golden values, made with zlib and equal to MySQL's CRC32(). */
class GeneFunctionTest {
  @ParameterizedTest
  @CsvSource({
    // name, crc32 gene, its shard, last-byte gene, its shard
    "wgs123,53,21,51,19",
    "alice,71,7,101,5",
    "bob,64,0,98,2",
    "player0001,61,29,49,17",
    "user@example.com,161,1,109,13",
    "张三丰,60,28,176,16",
    "𠀀𠀁𠀂,35,3,130,2",
    "strasse,61,29,101,5",
    "ガンダム,144,16,160,0",
    "김철수,220,28,152,24",
    "a.b-c_d@e,78,14,101,5",
    "zhang.san,112,16,110,14",
  })
  void goldenValues(String name, int crc32, int crc32Shard, int lastByte, int lastByteShard) {
    Username username = UsernameRules.standard().parse(name);

    assertThat(GeneFunction.CRC32.gene(username)).isEqualTo(crc32);
    assertThat(crc32 & 31).isEqualTo(crc32Shard);
    assertThat(GeneFunction.LAST_BYTE.gene(username)).isEqualTo(lastByte);
    assertThat(lastByte & 31).isEqualTo(lastByteShard);
  }

  @Test
  void everySpellingHasTheGeneOfTheName() {
    UsernameRules rules = UsernameRules.standard();
    for (GeneFunction function : GeneFunction.values()) {
      assertThat(function.gene(rules.parse(" ＷＧＳ123 ")))
          .isEqualTo(function.gene(rules.parse("wgs123")));
    }
  }

  /** The polynomial, bit by bit, as MySQL computes it. */
  @Test
  void crc32IsThatOfIso3309() {
    UsernameRules rules = UsernameRules.standard();
    for (int i = 0; i < 10_000; i++) {
      Username name = rules.parse("Player" + i + "玩家");
      int crc = -1;
      for (byte b : name.canonical().getBytes(StandardCharsets.UTF_8)) {
        crc ^= b & 255;
        for (int bit = 0; bit < 8; bit++) {
          crc = (crc >>> 1) ^ ((crc & 1) == 0 ? 0 : 0xEDB88320);
        }
      }
      assertThat(GeneFunction.CRC32.gene(name)).isEqualTo(~crc & 255);
    }
  }

  @Test
  void crc32SpreadsNamesThatCountAndLastByteDoesNot() {
    assertThat(fullest(GeneFunction.CRC32)).isLessThan(1.1);
    assertThat(fullest(GeneFunction.LAST_BYTE)).isGreaterThan(3);
  }

  @Test
  void functionsAreReadByTheirId() {
    assertThat(GeneFunction.parse("crc32")).isEqualTo(GeneFunction.CRC32);
    assertThat(GeneFunction.parse("last-byte")).isEqualTo(GeneFunction.LAST_BYTE);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GeneFunction.parse("CRC32"))
        .withMessage("gene function must be one of crc32, last-byte, was 'CRC32'");
  }

  /** Accounts in the fullest shard over the mean. */
  private static double fullest(GeneFunction function) {
    int names = 100_000;
    int[] perShard = new int[Shard.COUNT];
    for (int i = 0; i < names; i++) {
      perShard[function.gene(Username.ofCanonical("player" + i)) & 31]++;
    }
    return IntStream.of(perShard).max().orElseThrow() / (names / (double) Shard.COUNT);
  }
}
