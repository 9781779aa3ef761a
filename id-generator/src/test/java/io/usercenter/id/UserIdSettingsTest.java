package io.usercenter.id;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UserIdSettingsTest {
  private static final Duration LITTLE = Duration.ofMillis(1);

  @ParameterizedTest
  @CsvSource({
    "window,         PT1S,    PT1H",
    "renewal,        PT0.01S, PT100S",
    "retry,          PT0.01S, PT1M",
    "storeTimeout,   PT0.01S, PT1M",
    "patience,       PT0S,    PT10S",
    "maxLead,        PT0.001S, PT0.1S",
    "clockTolerance, PT0.01S, PT1M"
  })
  void bothBoundsBelongToTheRange(String name, Duration least, Duration most) {
    assertThat(with(name, least)).isNotNull();
    assertThat(with(name, most)).isNotNull();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> with(name, least.minus(LITTLE)))
        .withMessageContainingAll(name, least.toString(), least.minus(LITTLE).toString());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> with(name, most.plus(LITTLE)))
        .withMessageContainingAll(name, most.toString(), most.plus(LITTLE).toString());
  }

  private static UserIdSettings with(String name, Duration value) {
    UserIdSettings s = UserIdSettings.standard();
    boolean window = name.equals("window");
    return new UserIdSettings(
        window ? value : s.window(),
        name.equals("renewal") ? value : window ? Duration.ofMillis(300) : s.renewal(),
        name.equals("retry") ? value : s.retry(),
        name.equals("storeTimeout") ? value : s.storeTimeout(),
        name.equals("patience") ? value : s.patience(),
        name.equals("maxLead") ? value : s.maxLead(),
        name.equals("clockTolerance") ? value : s.clockTolerance());
  }
}
