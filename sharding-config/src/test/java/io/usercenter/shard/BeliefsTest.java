package io.usercenter.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A reader that counts, and a clock that is moved by hand. */
class BeliefsTest {
  private Instant now = Instant.parse("2026-11-21T08:00:00Z");
  private String answer = "old";
  private boolean away;
  private int asked;

  private final Beliefs<String, SQLException> beliefs =
      new Beliefs<>(this::read, SQLException.class, () -> now);

  private Optional<String> read(String id) throws SQLException {
    asked++;
    if (away) {
      throw new SQLException("away");
    }
    return id.equals("nobody") ? Optional.empty() : Optional.of(answer);
  }

  @Test
  void whatWasReadIsBelievedForTenSeconds() throws Exception {
    assertThat(beliefs.of("a")).contains("old");
    answer = "new";
    now = now.plusMillis(9_999);
    assertThat(beliefs.of("a")).contains("old");
    now = now.plusMillis(1);
    assertThat(beliefs.of("a")).contains("new");
    assertThat(asked).isEqualTo(2);
  }

  @Test
  void whatDoesNotExistIsKnownToo() throws Exception {
    assertThat(beliefs.of("nobody")).isEmpty();
    assertThat(beliefs.of("nobody")).isEmpty();
    assertThat(asked).isEqualTo(1);
  }

  @Test
  void whatHasJustChangedIsAskedAgain() throws Exception {
    var _ = beliefs.of("a");
    answer = "new";
    beliefs.forget("a");
    assertThat(beliefs.of("a")).contains("new");
  }

  @Test
  void withoutTheDatabaseItGoesOnForTenMinutesAndAsksOnceASecond() throws Exception {
    var _ = beliefs.of("a");
    away = true;
    now = now.plusSeconds(10);
    asked = 0;
    for (int call = 0; call < 100; call++) {
      assertThat(beliefs.of("a")).contains("old");
    }
    assertThat(asked).isEqualTo(1);
    now = now.plus(Duration.ofMinutes(10)).minusMillis(10_001);
    assertThat(beliefs.of("a")).contains("old");
    now = now.plusSeconds(1);
    assertThatThrownBy(() -> beliefs.of("a")).isInstanceOf(SQLException.class);
    away = false;
    assertThat(beliefs.of("a")).contains("old");
  }

  @Test
  void whatWasNeverReadIsNotBelieved() {
    away = true;
    assertThatThrownBy(() -> beliefs.of("a")).isInstanceOf(SQLException.class);
  }

  @Test
  void aBugIsNotTakenForAnOutage() throws Exception {
    Beliefs<String, SQLException> buggy =
        new Beliefs<>(
            id -> {
              if (++asked > 1) {
                throw new IllegalStateException("a bug");
              }
              return Optional.of(id);
            },
            SQLException.class,
            () -> now);
    var _ = buggy.of("a");
    now = now.plusSeconds(10);
    assertThatThrownBy(() -> buggy.of("a")).isInstanceOf(IllegalStateException.class);
  }
}
