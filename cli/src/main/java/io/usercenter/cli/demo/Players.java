package io.usercenter.cli.demo;

import io.usercenter.id.InvalidUsernameException;
import io.usercenter.id.Username;
import io.usercenter.id.UsernameRules;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Who plays.
 *
 * @param players in the order in which they start
 * @param leftOut what became of lines of a list that are no new names; empty when all are
 */
record Players(List<Player> players, List<String> leftOut) {
  private static final int WATCH_EVERY = 25;
  private static final int WATCH_LEAST = 5;
  private static final int WATCH_MOST = 100;

  /** Mixed case, signs, full width, Han, kana, Hangul: all within the standard rules. */
  private static final List<String> STEMS =
      List.of(
          "Ayla_",
          "shadow.fox-",
          "DragonKnight",
          "mira@",
          "xX_Zed_",
          "龙骑士",
          "Lina-",
          "小林",
          "Ｗｏｌｆ",
          "ミラ_",
          "storm.",
          "한별-");

  Players {
    players = List.copyOf(players);
    leftOut = List.copyOf(leftOut);
  }

  /**
   * Makes names up, different ones for each run.
   *
   * @param tag up to 10 of a-z 0-9 that no other run has
   */
  static Players madeUp(int count, String tag, RandomGenerator random) {
    List<String> typed = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      typed.add(STEMS.get(i % STEMS.size()) + tag + "." + i);
    }
    return new Players(cast(typed, random), List.of());
  }

  /**
   * Takes names from a list: the first that are acceptable, each once.
   *
   * @param most at most so many
   */
  static Players listed(List<String> lines, int most, RandomGenerator random) {
    List<String> typed = new ArrayList<>();
    Set<Username> seen = new HashSet<>();
    int twice = 0;
    int bad = 0;
    String example = "";
    for (String line : lines) {
      if (line.isBlank() || typed.size() == most) {
        continue;
      }
      try {
        if (seen.add(UsernameRules.standard().parse(line))) {
          typed.add(line.strip());
        } else {
          twice++;
        }
      } catch (InvalidUsernameException e) {
        bad++;
        if (example.isEmpty()) {
          example = String.valueOf(e.getMessage());
        }
      }
    }
    List<String> leftOut = new ArrayList<>();
    if (bad > 0) {
      leftOut.add("%d lines are no usernames (the first: %s)".formatted(bad, example));
    }
    if (twice > 0) {
      leftOut.add("%d lines spell a name that stood there before".formatted(twice));
    }
    return new Players(cast(typed, random), leftOut);
  }

  private static List<Player> cast(List<String> typed, RandomGenerator random) {
    int every = watchEvery(typed.size());
    List<Player> players = new ArrayList<>();
    for (int i = 0; i < typed.size(); i++) {
      byte[] password = new byte[15];
      random.nextBytes(password);
      players.add(
          new Player(
              i,
              typed.get(i),
              UsernameRules.standard().parse(typed.get(i)),
              Base64.getUrlEncoder().encodeToString(password),
              i % every == 0));
    }
    return players;
  }

  /** Every 25th is watched, but 5 or more where there are so many, and 100 at most. */
  static int watchEvery(int players) {
    int every = Math.max(WATCH_EVERY, Math.ceilDiv(players, WATCH_MOST));
    return players >= every * WATCH_LEAST ? every : Math.max(1, players / WATCH_LEAST);
  }

  long watched() {
    return players.stream().filter(Player::watched).count();
  }
}
