package io.usercenter.id;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Who holds a machine number.
 *
 * @param machine 0 to 255
 * @param process as it named itself
 * @param reservedUntil nobody else gets the number before
 */
public record MachineHolder(int machine, String process, Instant reservedUntil) {
  private static final int NAMED = 16;

  static List<MachineHolder> of(MachineStore.View view, long now) {
    return view.rows().stream()
        .filter(row -> row.reservedUntil() >= now)
        .map(
            row ->
                new MachineHolder(
                    row.machine(), row.process(), UserIdLayout.instant(row.reservedUntil())))
        .sorted(Comparator.comparingInt(MachineHolder::machine))
        .toList();
  }

  /** For a message: processes with how many numbers each holds, the greediest first. */
  static String describe(List<MachineHolder> holders) {
    List<String> processes =
        holders.stream()
            .collect(Collectors.groupingBy(MachineHolder::process, Collectors.counting()))
            .entrySet()
            .stream()
            .sorted(
                Comparator.<java.util.Map.Entry<String, Long>>comparingLong(
                        entry -> -entry.getValue())
                    .thenComparing(java.util.Map.Entry::getKey))
            .map(entry -> entry.getKey() + " (" + entry.getValue() + ")")
            .toList();
    String named = String.join(", ", processes.subList(0, Math.min(NAMED, processes.size())));
    int more = processes.size() - NAMED;
    return more > 0 ? named + " and " + more + " more" : named;
  }
}
