package io.usercenter.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** A transaction that fails as often as a test says, in the ways MySQL and Spring fail. */
class DeadlocksTest {
  private static final int ER_LOCK_DEADLOCK = 1213;
  private static final int ER_LOCK_WAIT_TIMEOUT = 1205;

  private int runs;

  @Test
  void aLostDeadlockIsRunAgain() throws Exception {
    Deadlocks.retryingWrite(
        () -> {
          if (++runs < 4) {
            throw new SQLException("deadlock", "40001", ER_LOCK_DEADLOCK);
          }
        });
    assertThat(runs).isEqualTo(4);
  }

  @Test
  void whateverItIsWrappedIn() {
    String done =
        Deadlocks.retrying(
            () -> {
              if (++runs < 2) {
                throw new IllegalStateException(
                    new RuntimeException(new SQLException("deadlock", "40001", ER_LOCK_DEADLOCK)));
              }
              return "done";
            });
    assertThat(done).isEqualTo("done");
  }

  @Test
  void notForEver() {
    assertThatThrownBy(
            () ->
                Deadlocks.retryingWrite(
                    () -> {
                      runs++;
                      throw new SQLException("deadlock", "40001", ER_LOCK_DEADLOCK);
                    }))
        .isInstanceOf(SQLException.class);
    assertThat(runs).isEqualTo(10);
  }

  @Test
  void anythingElseIsNotRunAgain() {
    assertThatThrownBy(
            () ->
                Deadlocks.retryingWrite(
                    () -> {
                      runs++;
                      throw new SQLException("waited too long", "41000", ER_LOCK_WAIT_TIMEOUT);
                    }))
        .isInstanceOf(SQLException.class);
    assertThat(runs).isEqualTo(1);
  }
}
