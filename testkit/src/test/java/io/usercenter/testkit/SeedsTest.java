package io.usercenter.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
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
  void theFailingSeedIsNamedAndItsFailureKept() {
    IllegalStateException failure = new IllegalStateException("levels dropped");
    assertThatThrownBy(
            () ->
                Seeds.forEach(
                    100,
                    50,
                    seed -> {
                      if (seed == 123) {
                        throw failure;
                      }
                    }))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("-Dseed=123")
        .hasMessageContaining("levels dropped")
        .hasCause(failure);
  }
}
