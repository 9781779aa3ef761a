package io.usercenter.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.LongStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Goal: a failure found by chance can be had again. Method: a check that fails for one seed. */
class SeedsTest {
  @Test
  void seedsAreConsecutive() {
    List<Long> seen = new ArrayList<>();
    Seeds.forEach(7, 3, seen::add);
    assertThat(seen).containsExactly(7L, 8L, 9L);
  }

  @Test
  void inParallelEverySeedIsRunOnce() {
    Queue<Long> seen = new ConcurrentLinkedQueue<>();
    Seeds.inParallel(7, 100, seen::add);
    assertThat(seen).containsExactlyInAnyOrderElementsOf(LongStream.range(7, 107).boxed().toList());
  }

  @Test
  void theFailingSeedIsNamedAndItsFailureKept() {
    IllegalStateException failure = new IllegalStateException("levels dropped");
    Seeds.Check check =
        seed -> {
          if (seed == 123) {
            throw failure;
          }
        };
    for (ThrowingCallable run :
        List.<ThrowingCallable>of(
            () -> Seeds.forEach(100, 50, check), () -> Seeds.inParallel(100, 50, check))) {
      assertThatThrownBy(run)
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("-Dseed=123")
          .hasMessageContaining("levels dropped")
          .hasCause(failure);
    }
  }
}
