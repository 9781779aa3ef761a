package io.usercenter.role;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Ranges say the same as a set of all the numbers, whatever comes in whatever order. */
class SeenNumbersTest {
  @Test
  void rangesEqualTheSet() {
    Random random = new Random(1);
    for (int world = 0; world < 500; world++) {
      SeenNumbers seen = SeenNumbers.NONE;
      TreeSet<Long> set = new TreeSet<>();
      for (int batch = 0; batch < 12; batch++) {
        List<Long> numbers = new ArrayList<>();
        for (int i = 0; i < random.nextInt(6); i++) {
          numbers.add(1L + random.nextInt(40));
        }
        set.addAll(numbers);
        seen = seen.with(numbers);
        seen = SeenNumbers.of(seen.seenTo(), seen.aheadText());
        long to = 0;
        while (set.contains(to + 1)) {
          to++;
        }
        long highest = set.isEmpty() ? 0 : set.last();
        assertThat(seen.seenTo()).isEqualTo(to);
        assertThat(seen.highest()).isEqualTo(highest);
        assertThat(seen.missing()).isEqualTo(highest - set.size());
      }
    }
  }

  @Test
  void tooManyRangesOverlookNothing() {
    List<Long> every = new ArrayList<>();
    for (long number = 2; every.size() < SeenNumbers.MAX_RANGES + 100; number += 2) {
      every.add(number);
    }

    SeenNumbers seen = SeenNumbers.NONE.with(every);

    assertThat(seen.seenTo()).isZero();
    assertThat(seen.ahead()).hasSize(SeenNumbers.MAX_RANGES);
    assertThat(seen.highest()).isEqualTo(2L * SeenNumbers.MAX_RANGES);
    assertThat(seen.aheadText().length()).isLessThan(65_535);
  }
}
