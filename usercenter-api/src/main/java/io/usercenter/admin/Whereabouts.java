package io.usercenter.admin;

import io.usercenter.scope.Scope;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Where accounts are: their channels, each with the servers where they have characters. What is
 * done to whole accounts is allowed when each of these places is in scope.
 */
record Whereabouts(Set<Place> places) {
  private static final String NOWHERE = "";
  private static final String COMMA = ",";

  /**
   * @param server empty for an account without characters
   */
  record Place(String channel, String server) implements Comparable<Place> {
    boolean in(Scope scope) {
      return server.equals(NOWHERE)
          ? scope.cells().stream()
              .anyMatch(cell -> cell.servers().all() && cell.channels().contains(channel))
          : scope.contains(server, channel);
    }

    @Override
    public int compareTo(Place other) {
      return text().compareTo(other.text());
    }

    /** Neither may hold a colon or a comma. */
    String text() {
      return channel + ":" + server;
    }
  }

  static final Whereabouts NOBODY = new Whereabouts(Set.of());

  /** Of one account. */
  static Whereabouts of(String channel, Collection<String> servers) {
    return new Whereabouts(
        servers.isEmpty()
            ? Set.of(new Place(channel, NOWHERE))
            : servers.stream()
                .map(server -> new Place(channel, server))
                .collect(Collectors.toSet()));
  }

  Whereabouts and(Whereabouts other) {
    Set<Place> both = new TreeSet<>(places);
    both.addAll(other.places);
    return new Whereabouts(both);
  }

  boolean in(Scope scope) {
    return !scope.nothing() && places.stream().allMatch(place -> place.in(scope));
  }

  /** As it is kept. */
  String text() {
    return new TreeSet<>(places).stream().map(Place::text).collect(Collectors.joining(COMMA));
  }

  static Whereabouts parse(String text) {
    Set<Place> places = new TreeSet<>();
    for (String one : text.isEmpty() ? new String[0] : text.split(COMMA)) {
      int colon = one.indexOf(':');
      places.add(new Place(one.substring(0, colon), one.substring(colon + 1)));
    }
    return new Whereabouts(places);
  }
}
