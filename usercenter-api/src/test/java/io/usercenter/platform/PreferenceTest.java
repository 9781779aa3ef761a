package io.usercenter.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PreferenceTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "return=minimal",
        "Return = \"minimal\"",
        "respond-async, return=MINIMAL; foo=bar",
        "wait=10,return=minimal,return=representation"
      })
  void minimal(String header) {
    assertThat(Preference.isMinimal(List.of(header))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ",",
        "return",
        "return=",
        "return=representation, return=minimal",
        "return=minimalist",
        "return=\"minimal",
        "no-return=minimal",
        "foo; return=minimal"
      })
  void notMinimal(String header) {
    assertThat(Preference.isMinimal(List.of(header))).isFalse();
  }

  @Test
  void severalLinesAreOneList() {
    assertThat(Preference.isMinimal(List.of("wait=10", "return=minimal"))).isTrue();
    assertThat(Preference.isMinimal(null)).isFalse();
  }
}
