package io.usercenter.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Percentiles by nearest rank, against lists small enough to count by hand. */
final class SamplesTest {
  private static Samples oneTo(int n) {
    Samples samples = new Samples();
    for (int i = n; i >= 1; i--) {
      samples.add(i);
    }
    return samples;
  }

  @Test
  void percentilesAreValuesThatOccurred() {
    assertThat(oneTo(100).percentile(50)).isEqualTo(50);
    assertThat(oneTo(100).percentile(99)).isEqualTo(99);
    assertThat(oneTo(100).percentile(100)).isEqualTo(100);
    assertThat(oneTo(1000).percentile(99)).isEqualTo(990);
  }

  @Test
  void theP99OfAFewIsTheLargest() {
    assertThat(oneTo(20).percentile(99)).isEqualTo(20);
    assertThat(oneTo(1).percentile(50)).isEqualTo(1);
  }

  @Test
  void nothingHasNoPercentile() {
    assertThatThrownBy(() -> new Samples().percentile(50))
        .isInstanceOf(IllegalStateException.class);
  }
}
