package io.usercenter.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The bars of 32 shards. */
final class ShardChartTest {
  private static ShardChart chart(int shard00, int shard31) {
    List<Integer> counts = new ArrayList<>(Collections.nCopies(32, 0));
    counts.set(0, shard00);
    counts.set(31, shard31);
    return new ShardChart(counts);
  }

  @Test
  void barsAreAsLongAsTheCountsWhileThereIsRoom() {
    assertThat(chart(3, 60).lines('#'))
        .hasSize(32)
        .startsWith("  00    3  ###", "  01    0")
        .endsWith("  31   60  " + "#".repeat(60));
  }

  @Test
  void largerCountsAreScaledToTheWidth() {
    assertThat(chart(50_000, 100_000).lines('#'))
        .startsWith("  00  50000  " + "#".repeat(30))
        .endsWith("  31 100000  " + "#".repeat(60));
  }

  @Test
  void theSpreadIsTheFullestOverTheMean() {
    ShardChart chart = chart(16, 48);
    assertThat(chart.total()).isEqualTo(64);
    assertThat(chart.fullest()).isEqualTo(31);
    assertThat(chart.unused()).isEqualTo(30);
    assertThat(chart.maxOverMean()).isEqualTo(24);
    assertThat(chart(0, 0).maxOverMean()).isZero();
    assertThat(chart(0, 0).lines('#')).hasSize(32);
  }

  @Test
  void thereAreThirtyTwoShards() {
    assertThatThrownBy(() -> new ShardChart(List.of(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has 1");
  }
}
