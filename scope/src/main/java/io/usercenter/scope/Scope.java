package io.usercenter.scope;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * Where an operator has one permission: the union of the cells of his grants. {@code {S1} x {C1}}
 * and {@code {S2} x {C2}} are these two cells, and never {@code (S1, C2)}.
 *
 * <p>A character is in scope when one cell holds both its server and its channel; one without a
 * channel has that of its account. An account is visible when one cell holds its channel and either
 * has all servers or one where the account has a character. What concerns a whole account is in
 * scope when some cell holds its channel and each server where it has characters.
 */
public final class Scope {
  /** Of super admins. */
  public static final Scope EVERYTHING = new Scope(List.of(Cell.EVERYTHING));

  /** Of those who lack the permission. */
  public static final Scope NOTHING = new Scope(List.of());

  private final List<Cell> cells;

  private Scope(List<Cell> cells) {
    this.cells = cells;
  }

  /** The union of these. */
  public static Scope of(Collection<Cell> cells) {
    List<Cell> kept = new ArrayList<>();
    for (Cell cell : new LinkedHashSet<>(cells)) {
      if (!cell.isEmpty() && kept.stream().noneMatch(other -> other.contains(cell))) {
        kept.removeIf(cell::contains);
        kept.add(cell);
      }
    }
    return kept.equals(EVERYTHING.cells) ? EVERYTHING : new Scope(List.copyOf(kept));
  }

  /** None of them is within another one. Empty: nothing is in scope. */
  public List<Cell> cells() {
    return cells;
  }

  /** Whether all servers on all channels are in scope, those to come included. */
  public boolean everything() {
    return cells.equals(EVERYTHING.cells);
  }

  /** Whether nothing can be in scope. */
  public boolean nothing() {
    return cells.isEmpty();
  }

  /** Whether what is on this server and this channel is in scope. */
  public boolean contains(String server, String channel) {
    return cells.stream().anyMatch(cell -> cell.contains(server, channel));
  }

  /**
   * Whether all of the cell is in scope, whichever cells of this scope hold its parts: what must
   * hold of a grant that somebody gives.
   */
  public boolean contains(Cell wanted) {
    return parts(wanted.servers()).stream()
        .allMatch(
            servers ->
                parts(wanted.channels()).stream()
                    .allMatch(
                        channels ->
                            cells.stream()
                                .anyMatch(cell -> cell.contains(new Cell(servers, channels)))));
  }

  private static List<Extent> parts(Extent extent) {
    return extent.all()
        ? List.of(Extent.ALL)
        : extent.ids().stream().map(id -> Extent.of(List.of(id))).toList();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Scope scope && cells.equals(scope.cells);
  }

  @Override
  public int hashCode() {
    return cells.hashCode();
  }

  @Override
  public String toString() {
    return "Scope" + cells;
  }
}
