package io.usercenter.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The header as the API writes it, with others beside it, and cut off. */
final class CostTest {
  @Test
  void bothNumbersAreRead() {
    assertThat(Cost.parse("shards;desc=\"1\", statements;desc=\"14\"")).contains(new Cost(1, 14));
    assertThat(Cost.parse("db;dur=1.2,statements;desc=\"0\",shards;desc=\"0\""))
        .contains(new Cost(0, 0));
  }

  @Test
  void halfOfItIsNothing() {
    assertThat(Cost.parse("")).isEmpty();
    assertThat(Cost.parse("shards;desc=\"1\"")).isEmpty();
    assertThat(Cost.parse("xshards;desc=\"1\", statements;desc=\"4\"")).isEmpty();
    assertThat(Cost.parse("shards;desc=\"many\", statements;desc=\"4\"")).isEmpty();
  }
}
