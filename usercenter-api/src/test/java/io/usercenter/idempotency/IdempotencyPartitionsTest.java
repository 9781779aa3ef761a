package io.usercenter.idempotency;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Which partitions are made and dropped, day by day. */
class IdempotencyPartitionsTest {
  private static final LocalDate TODAY = LocalDate.parse("2031-05-07");

  @Test
  void aNewTableGetsTodayAndThreeMore() {
    assertThat(changes())
        .singleElement()
        .asString()
        .contains("p20310507 ", "p20310508 ", "p20310509 ", "p20310510 ", "p_rest")
        .doesNotContain("p20310511");
  }

  @Test
  void yesterdayStaysAllDayLong() {
    assertThat(changes("2031-05-06", "2031-05-07", "2031-05-08", "2031-05-09", "2031-05-10"))
        .isEmpty();
  }

  @Test
  void whatNobodyMayAskForIsDropped() {
    assertThat(
            changes(
                "2031-05-04",
                "2031-05-05",
                "2031-05-06",
                "2031-05-07",
                "2031-05-08",
                "2031-05-09",
                "2031-05-10"))
        .containsExactly("ALTER TABLE idempotency DROP PARTITION p20310504, p20310505");
  }

  @Test
  void anInstanceThatSleptForWeeksGoesOnWithToday() {
    List<String> changes = changes("2031-04-01");
    assertThat(changes).hasSize(2);
    assertThat(changes.getFirst()).contains("p20310507 ").doesNotContain("p20310506");
    assertThat(changes.getLast()).isEqualTo("ALTER TABLE idempotency DROP PARTITION p20310401");
  }

  private static List<String> changes(String... existing) {
    NavigableSet<LocalDate> days = new TreeSet<>();
    for (String day : existing) {
      days.add(LocalDate.parse(day));
    }
    return IdempotencyPartitions.changes(days, TODAY);
  }
}
