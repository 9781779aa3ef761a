package io.usercenter.id;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class MachineCensusTest {
  private static final long NOW = 1_000_000;
  private static final MachineStore.View VIEW =
      new MachineStore.View(
          NOW,
          List.of(
              new MachineStore.Row(2, "t2", "api-2", NOW - 1),
              new MachineStore.Row(1, "t1", "api-1", NOW),
              new MachineStore.Row(0, "t0", "api-1", NOW + 1)));

  @Test
  void aNumberIsHeldThroughTheLastMillisecondOfItsWindow() {
    MachineCensus census = MachineCensus.of(VIEW, NOW, "t1");
    assertThat(census.held()).extracting(MachineHolder::machine).containsExactly(0, 1);
    assertThat(census.free()).extracting(MachineHolder::machine).containsExactly(2);
    assertThat(census.of(1).own()).isTrue();
    assertThat(census.of(0).own()).isFalse();
    assertThat(census.of(2).process()).isEqualTo("api-2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> census.of(3))
        .withMessage("no machine number 3");
  }

  @Test
  void whoHasNoTokenOwnsNothing() {
    assertThat(MachineCensus.of(VIEW, NOW, "").held()).noneMatch(MachineHolder::own);
  }

  @Test
  void theGreediestProcessIsNamedFirst() {
    List<MachineHolder> holders =
        List.of(holder(0, "api-2"), holder(1, "api-1"), holder(2, "api-3"), holder(3, "api-3"));
    assertThat(MachineHolder.describe(holders)).isEqualTo("api-3 (2), api-1 (1), api-2 (1)");
  }

  private static MachineHolder holder(int machine, String process) {
    return new MachineHolder(machine, process, UserIdLayout.EPOCH, false);
  }
}
