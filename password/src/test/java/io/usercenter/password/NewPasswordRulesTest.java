package io.usercenter.password;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.password.NewPasswordRules.Weakness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A new password is judged by length and by how soon it is guessed, not by kinds of characters. */
class NewPasswordRulesTest {
  private static final NewPasswordRules RULES = NewPasswordRules.standard();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "correct horse battery staple",
        "tr0ub4dor",
        "        8",
        "密码密码很长的密碼",
        "🐎🔋📎✅🐎🔋📎❎"
      })
  void whatIsLongEnoughAndNotKnownIsFine(String password) {
    assertThat(RULES.weakness(password, "some-player")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "seven77, TOO_SHORT",
    "'', TOO_SHORT",
    "12345678, TOO_COMMON",
    "PassWord, TOO_COMMON",
    "ｐａｓｓｗｏｒｄ, TOO_COMMON",
    "qwertyuiop, TOO_COMMON",
    "trustno1, TOO_COMMON",
    "zzzzzzzzzzzzzzz, TOO_SIMPLE",
    "fedcba987, CONTAINS_USERNAME",
    "mnopqrstuvw, TOO_SIMPLE",
    "98765432109, ''",
    "my-FEDCba-1999, CONTAINS_USERNAME",
    "ok-but-\uD83D, NOT_WELL_FORMED"
  })
  void aWeakOneIsRefusedWithTheReason(String password, String reason) {
    assertThat(RULES.weakness(password, "fedcba").map(Enum::name).orElse("")).isEqualTo(reason);
  }

  @Test
  void codePointsOfTheComposedFormAreCounted() {
    assertThat(RULES.weakness("🐎".repeat(3) + "abcd", "player")).contains(Weakness.TOO_SHORT);
    assertThat(RULES.weakness("🐎".repeat(3) + "abcde", "player")).isEmpty();
    assertThat(RULES.weakness("🐎x".repeat(64), "player")).isEmpty();
    assertThat(RULES.weakness("🐎x".repeat(64) + "y", "player")).contains(Weakness.TOO_LONG);
    assertThat(RULES.weakness("u\u0308x".repeat(64), "player")).isEmpty();
    assertThat(NewPasswordRules.isTooLong("u\u0308x".repeat(64))).isFalse();
  }

  @Test
  void megabytesAreTooLongWithoutBeingLookedAt() {
    assertThat(NewPasswordRules.isTooLong("x".repeat(10_000_000))).isTrue();
  }
}
