package io.usercenter.shard;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DuplicateKeyTest {
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "1062, Duplicate entry '4103' for key 'user.PRIMARY', true",
        "1062, Duplicate entry '4103' for key 'PRIMARY', true",
        "1062, Duplicate entry 'PRIMARY' for key 'user.user_username', false",
        "1064, You have an error in your SQL syntax near 'PRIMARY', false"
      })
  void theKeyIsTheLastWord(int code, String message, boolean primary) {
    SQLException refusal = new SQLException(message, "23000", code);
    assertThat(DuplicateKey.isPrimary(refusal)).isEqualTo(primary);
    assertThat(DuplicateKey.isPrimaryIn(new IllegalStateException(refusal))).isEqualTo(primary);
  }
}
