package io.usercenter.scope;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** A scope is the union of its cells, never the product of the unions of their sides. */
class ScopeTest {
  private static final Scope TWO = Scope.of(List.of(cell("s1", "c1"), cell("s2", "c2")));

  private static Cell cell(String server, String channel) {
    return new Cell(Extent.of(List.of(server)), Extent.of(List.of(channel)));
  }

  @Test
  void twoCellsAreNotTheirProduct() {
    assertThat(TWO.contains("s1", "c1")).isTrue();
    assertThat(TWO.contains("s2", "c2")).isTrue();
    assertThat(TWO.contains("s1", "c2")).isFalse();
    assertThat(TWO.contains("s2", "c1")).isFalse();
  }

  @Test
  void aCellIsWithinWhenSomeCellHoldsEachPartOfIt() {
    Scope three = Scope.of(List.of(cell("s1", "c1"), cell("s2", "c1"), cell("s2", "c2")));
    assertThat(three.contains(new Cell(Extent.of(List.of("s1", "s2")), Extent.of(List.of("c1")))))
        .isTrue();
    assertThat(
            three.contains(
                new Cell(Extent.of(List.of("s1", "s2")), Extent.of(List.of("c1", "c2")))))
        .isFalse();
  }

  @Test
  void noListIsAll() {
    assertThat(TWO.contains(new Cell(Extent.ALL, Extent.of(List.of("c1"))))).isFalse();
    assertThat(
            Scope.of(List.of(new Cell(Extent.ALL, Extent.of(List.of("c1"))))).contains("*", "c1"))
        .isTrue();
    assertThat(TWO.contains(Cell.EVERYTHING)).isFalse();
    assertThat(Scope.EVERYTHING.contains(Cell.EVERYTHING)).isTrue();
  }

  @Test
  void whatIsWithinAnotherCellOrEmptyIsLeftOut() {
    assertThat(Scope.of(List.of(cell("s1", "c1"), Cell.EVERYTHING))).isEqualTo(Scope.EVERYTHING);
    assertThat(Scope.of(List.of(new Cell(Extent.of(List.of()), Extent.ALL))).nothing()).isTrue();
    assertThat(Scope.of(List.of(cell("s1", "c1"), cell("s1", "c1"))).cells()).hasSize(1);
  }
}
