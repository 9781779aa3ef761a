package io.usercenter.id;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Who holds which machine number, of all processes. Tokens stay inside: whoever has one can mint.
 *
 * @param at the store's clock; what decided between held and free
 * @param held the numbers that nobody else gets now, by number
 * @param free the others, by number
 */
public record MachineCensus(Instant at, List<MachineHolder> held, List<MachineHolder> free) {
  /**
   * @param now ms since 2018
   * @param token what this process holds its number with; empty if it holds none
   */
  static MachineCensus of(MachineStore.View view, long now, String token) {
    List<MachineHolder> held = new ArrayList<>();
    List<MachineHolder> free = new ArrayList<>();
    view.rows().stream()
        .sorted(Comparator.comparingInt(MachineStore.Row::machine))
        .forEach(
            row -> {
              boolean own = !token.isEmpty() && row.token().equals(token);
              MachineHolder holder =
                  new MachineHolder(
                      row.machine(), row.process(), UserIdLayout.instant(row.reservedUntil()), own);
              (row.reservedUntil() < now ? free : held).add(holder);
            });
    return new MachineCensus(UserIdLayout.instant(now), List.copyOf(held), List.copyOf(free));
  }

  /** The line of a machine number. */
  public MachineHolder of(int machine) {
    return Stream.concat(held.stream(), free.stream())
        .filter(holder -> holder.machine() == machine)
        .findAny()
        .orElseThrow(() -> new IllegalArgumentException("no machine number " + machine));
  }
}
