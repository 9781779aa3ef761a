package io.usercenter.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.id.GeneFunction;
import io.usercenter.id.UsernameRules;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Made-up and listed names; who is watched. */
final class PlayersTest {
  private static final Random RANDOM = new Random(1);

  @Test
  void madeUpNamesAreAcceptableAndDifferent() {
    List<Player> players = Players.madeUp(5000, "mi8p2k3xyz", RANDOM).players();
    assertThat(players).extracting(Player::name).doesNotHaveDuplicates().hasSize(5000);
    assertThat(players).extracting(Player::password).doesNotHaveDuplicates();
    assertThat(players).anyMatch(p -> !p.typed().equals(p.name().canonical()));
    assertThat(players)
        .allMatch(p -> UsernameRules.standard().parse(p.otherSpelling()).equals(p.name()))
        .anyMatch(p -> !p.otherSpelling().strip().equals(p.typed()));
  }

  @Test
  void theLongestMadeUpNameFits() {
    assertThat(
            Players.madeUp(12, "mi8p2k3xyz", RANDOM).players().stream()
                .mapToInt(p -> p.name().canonical().length() + "999999".length() - 2)
                .max()
                .orElseThrow())
        .isLessThanOrEqualTo(UsernameRules.LIMIT);
  }

  @Test
  void aListGivesEachGoodNameOnce() {
    Players players =
        Players.listed(List.of("Ayla", "", "ab", "AYLA ", "小林光", "x y z", "zed"), 10, RANDOM);
    assertThat(players.players()).extracting(Player::typed).containsExactly("Ayla", "小林光", "zed");
    assertThat(players.leftOut())
        .containsExactly(
            "2 lines are no usernames (the first: username has 2 characters, must have 3 or more)",
            "1 lines spell a name that stood there before");
  }

  @Test
  void aListCanBeCutShort() {
    assertThat(Players.listed(List.of("aaa", "bbb", "ccc"), 2, RANDOM).players())
        .extracting(Player::typed)
        .containsExactly("aaa", "bbb");
  }

  @Test
  void everyTwentyFifthIsWatchedButNotTooFewOrTooMany() {
    assertThat(IntStream.of(1, 4, 5, 60, 125, 500, 2000, 5000, 100_000))
        .extracting(n -> Players.madeUp(n, "t", RANDOM).watched())
        .containsExactly(1L, 4L, 5L, 5L, 5L, 20L, 80L, 100L, 100L);
  }

  @Test
  void madeUpNamesSpreadEvenlyWhateverTheTag() {
    int bad = 0;
    for (int run = 0; run < 100; run++) {
      int[] counts = new int[32];
      String tag = Long.toString(1_795_000_000_000L + run * 86_400_123L, Character.MAX_RADIX);
      for (Player player : Players.madeUp(2000, tag, RANDOM).players()) {
        counts[GeneFunction.CRC32.gene(player.name()) & 31]++;
      }
      List<Integer> all = IntStream.of(counts).boxed().toList();
      if (Collections.max(all) * 32 / 2000.0 > 1.4) {
        bad++;
      }
    }
    assertThat(bad).isZero();
  }
}
