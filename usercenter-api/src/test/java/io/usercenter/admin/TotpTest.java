package io.usercenter.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against the vectors of the RFCs. */
class TotpTest {
  private static final byte[] SECRET = "12345678901234567890".getBytes(StandardCharsets.US_ASCII);

  /** RFC 6238 appendix B, SHA1; the RFC shows eight digits, of which ours are the last six. */
  @ParameterizedTest
  @CsvSource({
    "59, 287082",
    "1111111109, 081804",
    "1111111111, 050471",
    "1234567890, 005924",
    "2000000000, 279037",
    "20000000000, 353130"
  })
  void codesAreThoseOfTheRfc(long seconds, String code) {
    assertThat(Totp.code(SECRET, seconds / 30)).isEqualTo(code);
    assertThat(Totp.stepOf(SECRET, code, Instant.ofEpochSecond(seconds))).hasValue(seconds / 30);
  }

  /** RFC 4226 appendix D. */
  @ParameterizedTest
  @CsvSource({"0, 755224", "1, 287082", "4, 338314", "9, 520489"})
  void countersAreThoseOfTheRfc(long counter, String code) {
    assertThat(Totp.code(SECRET, counter)).isEqualTo(code);
  }

  @Test
  void aClockMayBeOneStepWrongAndNoMore() {
    Instant now = Instant.ofEpochSecond(1111111111);
    long present = 1111111111L / 30;
    for (long off = -3; off <= 3; off++) {
      assertThat(Totp.stepOf(SECRET, Totp.code(SECRET, present + off), now).isPresent())
          .as("%d steps off", off)
          .isEqualTo(Math.abs(off) <= 1);
    }
    assertThat(Totp.stepOf(SECRET, "", now)).isEmpty();
    assertThat(Totp.stepOf(SECRET, "50471", now)).isEmpty();
    assertThat(Totp.stepOf(SECRET, "050471 ", now)).isEmpty();
  }

  /** RFC 4648 section 10. */
  @ParameterizedTest
  @CsvSource({
    "f, MY",
    "fo, MZXQ",
    "foo, MZXW6",
    "foob, MZXW6YQ",
    "fooba, MZXW6YTB",
    "foobar, MZXW6YTBOI"
  })
  void secretsAreWrittenInBase32(String text, String base32) {
    assertThat(Totp.base32(text.getBytes(StandardCharsets.US_ASCII))).isEqualTo(base32);
  }
}
