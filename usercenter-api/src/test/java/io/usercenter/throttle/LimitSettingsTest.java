package io.usercenter.throttle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.usercenter.platform.ClientAddress;
import java.net.InetAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The text forms of limits, and the delay after wrong guesses at its borders. */
class LimitSettingsTest {
  @ParameterizedTest
  @CsvSource({
    "10/1m, SHARED",
    "10/1m shared, SHARED",
    "10/1m shared-or-open, SHARED_OR_OPEN",
    "10/1m shared-or-closed, SHARED_OR_CLOSED",
    "10/1m instance, INSTANCE",
  })
  void aLimitSaysHowManyInWhatTimeAndWhoCounts(String text, Limit.Counting counting) {
    assertThat(Limit.of(text)).isEqualTo(new Limit(new Quota(10, Duration.ofMinutes(1)), counting));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "10",
        "10/",
        "/1m",
        "0/1m",
        "-1/1m",
        "10/999ms",
        "10/25h",
        "10/-1s",
        "1000000000/1h",
        "1000001/1s",
        "10/1m nowhere",
        "10/1m shared open",
        "10 / 1m",
        "1e3/1m"
      })
  void whatIsNoLimitIsRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Limit.of(text));
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "2, 0", "3, 60", "4, 120", "6, 480", "7, 900", "8, 900", "2000000000, 900"})
  void theDelayDoublesFromTheFirstToTheLongest(int wrong, long seconds) {
    assertThat(Guessing.settings().notBeforeMicros(wrong, 5)).isEqualTo(5 + seconds * 1_000_000);
  }

  @Test
  void attemptsOfDifferentKindsHaveNoCounterInCommon() {
    var from = new ClientAddress(InetAddress.ofLiteral("::1"));
    GuessKeys player =
        GuessKeys.of(new Attempt(Attempt.Kind.PLAYER, "admin", from, "d"), "::1", Guessing.KEY);
    GuessKeys operator =
        GuessKeys.of(new Attempt(Attempt.Kind.OPERATOR, "admin", from, "d"), "::1", Guessing.KEY);
    assertThat(player.pair()).isNotEqualTo(operator.pair()).hasSize("uc:{guess}:p:".length() + 16);
    assertThat(player.network()).isNotEqualTo(operator.network());
    assertThat(player.account()).isNotEqualTo(operator.account());
    assertThat(player.device()).isNotEqualTo(operator.device());
    GuessKeys code =
        GuessKeys.of(new Attempt(Attempt.Kind.CODE, "admin", from, "d"), "::1", Guessing.KEY);
    assertThat(code.pair()).isNotIn(player.pair(), operator.pair());
    assertThat(code.network()).isNotIn(player.network(), operator.network());
  }
}
