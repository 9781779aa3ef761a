package io.usercenter.id;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Who holds a machine number, or held it last.
 *
 * @param machine 0 to 255
 * @param process as it named itself; empty if nobody ever held the number
 * @param reservedUntil nobody else gets the number before; when it has passed, free since then. The
 *     epoch of ids if nobody ever held it
 * @param own whether it is the process that asks
 */
public record MachineHolder(int machine, String process, Instant reservedUntil, boolean own) {
  private static final int NAMED = 16;

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
