package io.usercenter.session;

import java.util.HashMap;
import java.util.Map;

/** How many sessions players may have side by side, by the channels they come from. */
record ChannelSessions(Map<String, ConcurrentSessions> byChannel) {
  ChannelSessions {
    byChannel = Map.copyOf(byChannel);
  }

  /** Reads {@code web=1/account,arcade=2/device-class}. */
  public static ChannelSessions of(String text) {
    Map<String, ConcurrentSessions> byChannel = new HashMap<>();
    for (String one : text.strip().split(",", -1)) {
      String[] parts = one.strip().split("=", 2);
      if (parts.length != 2
          || !parts[0].matches("[a-z0-9_-]{1,32}")
          || byChannel.put(parts[0], ConcurrentSessions.of(parts[1])) != null) {
        throw new IllegalArgumentException(
            "'%s' does not name each channel once, as in web=1/account".formatted(text));
      }
    }
    return new ChannelSessions(byChannel);
  }
}
