package io.usercenter.id;

import io.usercenter.testkit.MySqlServer;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What generators do when things go wrong, a line for each.
 *
 * @param seen what was observed; a scenario that says nothing about the generator is missing
 */
record Behaviour(String generator, Map<Scenario, Observation> seen) {
  static final String OURS = "**ours**";
  static final String LEASED_COSID = "CosId, machine number leased";

  /** All of them, ours last. */
  static List<Behaviour> observeAll(MySqlServer server) throws SQLException {
    List<Behaviour> all = new ArrayList<>();
    for (Peer peer : Peer.values()) {
      if (peer == Peer.COSID_SEGMENT_CHAIN) {
        continue; // it looks at no clock, and its counter is in the store: nothing can happen
      }
      Map<Scenario, Observation> seen = new EnumMap<>(Scenario.class);
      for (Scenario scenario : Scenario.values()) {
        if (scenario != Scenario.PAUSE) { // a configured number has no lease to lose
          seen.put(scenario, scenario.observe(World.of(peer)));
        }
      }
      all.add(new Behaviour(peer.title(), seen));
    }
    Map<Scenario, Observation> leased = new EnumMap<>(Scenario.class);
    Map<Scenario, Observation> ours = new EnumMap<>(Scenario.class);
    for (Scenario scenario : Scenario.values()) {
      leased.put(scenario, scenario.observe(World.ofLeasedCosId()));
      // With one number only, so that the other process takes the very same.
      int machines = scenario == Scenario.PAUSE ? 1 : UserIdLayout.MACHINES;
      ours.put(scenario, scenario.observe(World.ofOurs(server, machines)));
    }
    all.add(new Behaviour(LEASED_COSID, leased));
    all.add(new Behaviour(OURS, ours));
    return all;
  }

  static List<String> heading() {
    List<String> cells = new ArrayList<>(List.of("generator"));
    for (Scenario scenario : Scenario.values()) {
      cells.add(scenario.title());
    }
    return cells;
  }

  List<String> cells() {
    List<String> cells = new ArrayList<>(List.of(generator));
    for (Scenario scenario : Scenario.values()) {
      Observation observation = seen.get(scenario);
      cells.add(observation == null ? "-" : cell(observation));
    }
    return cells;
  }

  private static String cell(Observation seen) {
    StringBuilder cell = new StringBuilder();
    cell.append(seen.twice() > 0 ? String.format(Locale.ROOT, "**%,d twice**", seen.twice()) : "0");
    if (seen.refused() > 0) {
      cell.append(String.format(Locale.ROOT, ", %,d refused", seen.refused()));
    }
    if (seen.verdict() == Observation.Verdict.STANDS_STILL) {
      cell.append(", none for ").append(length(seen.still().toMillis()));
    }
    return cell.toString();
  }

  private static String length(long millis) {
    return millis >= 60_000
        ? Math.round(millis / 60_000.0) + " min"
        : String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
  }
}
