package io.usercenter.shard;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WriteRefusalTest {
  @ParameterizedTest
  @CsvSource({
    "1114, The table 'session' is full",
    "1290, The MySQL server is running with the --super-read-only option",
    "1142, INSERT command denied to user 'usercenter'@'localhost' for table 'user'",
    "1030, Got error 28 - 'No space left on device' from storage engine",
    "3, Error writing file '/tmp/MLfd=72' (OS errno 28 - No space left on device)"
  })
  void aServerThatCannotWriteIsKnownByItsErrors(int code, String message) {
    SQLException refusal = new SQLException(message, "HY000", code);
    assertThat(WriteRefusal.is(refusal)).isTrue();
    assertThat(WriteRefusal.in(new IllegalStateException("while saving", refusal))).isTrue();
  }

  @Test
  void otherErrorsAreNone() {
    SQLException duplicate = new SQLException("Duplicate entry", "23000", 1062);
    assertThat(WriteRefusal.is(duplicate)).isFalse();
    assertThat(WriteRefusal.in(new IllegalStateException(duplicate))).isFalse();
    assertThat(WriteRefusal.is(new SQLException())).isFalse();
  }
}
