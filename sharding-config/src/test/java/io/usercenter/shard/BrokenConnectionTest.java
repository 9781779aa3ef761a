package io.usercenter.shard;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BrokenConnectionTest {
  @ParameterizedTest
  @CsvSource({"08S01, true", "08003, true", "42000, false", ", false"})
  void itIsToldByTheClassOfTheState(String state, boolean broken) {
    SQLException said = new SQLException("what MySQL or the driver said", state);

    assertThat(BrokenConnection.is(said)).isEqualTo(broken);
    assertThat(BrokenConnection.in(new IllegalStateException("reading", said))).isEqualTo(broken);
  }
}
