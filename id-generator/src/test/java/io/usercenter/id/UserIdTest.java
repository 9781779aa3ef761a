package io.usercenter.id;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bits of an id and its one spelling, by golden values and by drawing random fields. */
class UserIdTest {
  @Test
  void fieldsLieWhereTheDrawingSays() {
    UserId id = new UserId((280_000_000_000L << 21) | (200L << 13) | (0b10110_101L << 5) | 19);

    assertThat(id.issuedAt()).isEqualTo(Instant.parse("2026-11-15T17:46:40Z"));
    assertThat(id.machine()).isEqualTo(200);
    assertThat(id.sequence()).isEqualTo(0b10110_101);
    assertThat(id.gene()).isEqualTo(0b101_10011);
    assertThat(id.shard()).isEqualTo(new Shard(19));
    assertThat(id).hasToString("587202560001644211");
  }

  @Test
  void aSlotAMachineAndAGeneMakeAnIdThatTellsThem() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 100_000; i++) {
      long timestamp = random.nextLong(1, UserIdLayout.MAX_TIMESTAMP + 1);
      int turn = random.nextInt(32);
      int machine = random.nextInt(256);
      int gene = random.nextInt(256);

      UserId id =
          new UserId(UserIdLayout.id(UserIdLayout.firstSlot(timestamp) + turn, machine, gene));

      assertThat(id.issuedAt()).isEqualTo(UserIdLayout.EPOCH.plusMillis(timestamp));
      assertThat(id.machine()).isEqualTo(machine);
      assertThat(id.sequence()).isEqualTo(turn << 3 | gene >> 5);
      assertThat(id.gene()).isEqualTo(gene).isEqualTo((int) (id.value() & 255));
      assertThat(id.shard().number()).isEqualTo((int) (id.value() & 31));
    }
  }

  @Test
  void theLastIdIsTheLargestLong() {
    long slot = UserIdLayout.firstSlot(UserIdLayout.MAX_TIMESTAMP) + 31;
    UserId last = new UserId(UserIdLayout.id(slot, 255, 255));

    assertThat(last.value()).isEqualTo(Long.MAX_VALUE);
    assertThat(last.issuedAt()).isEqualTo(Instant.parse("2157-05-15T07:35:11.103Z"));
    assertThat(UserIdLayout.id(slot + 1, 0, 0)).isNegative();
  }

  @Test
  void idsRiseWithTheSlot() {
    long first = UserIdLayout.firstSlot(1000);
    assertThat(LongStream.range(first, first + 100).map(slot -> UserIdLayout.id(slot, 7, 77)))
        .isSorted()
        .doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE})
  void idsArePositive(long value) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new UserId(value))
        .withMessage("user id must be positive, was " + value);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 9, 10, 587202560001644211L, Long.MAX_VALUE})
  void theDecimalFormComesBack(long value) {
    assertThat(UserId.parse(Long.toString(value))).isEqualTo(new UserId(value));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "0",
        "00",
        "01",
        "-1",
        "+1",
        " 1",
        "1 ",
        "1.0",
        "1e3",
        "0x1F",
        "abc",
        "١٢٣",
        "１",
        "9223372036854775808",
        "9999999999999999999",
        "10000000000000000000",
        "1\0"
      })
  void anythingElseIsRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> UserId.parse(text));
  }

  @Test
  void refusalsSayWhatIsWrong() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> UserId.parse("12a4"))
        .withMessage("user id must be decimal digits, has U+0061 at 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> UserId.parse("9223372036854775808"))
        .withMessage("user id must be at most 9223372036854775807");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> UserId.parse("0"))
        .withMessage("user id must be positive without leading zeros");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> UserId.parse("7".repeat(65_536)))
        .withMessage("user id must have 1 to 19 digits, had 65536 characters");
  }

  @Test
  void idsAreOrderedByValue() {
    assertThat(new UserId(5)).isLessThan(new UserId(6)).isEqualByComparingTo(new UserId(5));
  }

  @Test
  void shardsAre0To31() {
    assertThat(new Shard(0)).hasToString("00").isLessThan(new Shard(31));
    assertThat(new Shard(31)).hasToString("31");
    assertThat(new Shard(9)).hasToString("09");
    assertThat(new Shard(10)).hasToString("10");
    assertThatIllegalArgumentException().isThrownBy(() -> new Shard(32));
    assertThatIllegalArgumentException().isThrownBy(() -> new Shard(-1));
  }

  @Test
  void genesAndMachineNumbersAre0To255() {
    assertThat(UserIdLayout.requireGene(0)).isZero();
    assertThat(UserIdLayout.requireGene(255)).isEqualTo(255);
    assertThat(UserIdLayout.requireMachine(0)).isZero();
    assertThat(UserIdLayout.requireMachine(255)).isEqualTo(255);
    for (int wrong : new int[] {-1, 256}) {
      assertThatExceptionOfType(IllegalArgumentException.class)
          .isThrownBy(() -> UserIdLayout.requireGene(wrong))
          .withMessage("gene must be 0 to 255, was " + wrong);
      assertThatExceptionOfType(IllegalArgumentException.class)
          .isThrownBy(() -> UserIdLayout.requireMachine(wrong))
          .withMessage("machine number must be 0 to 255, was " + wrong);
    }
  }
}
