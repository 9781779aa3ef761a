package io.usercenter.channel;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The channels of this deployment. */
public final class Channels {
  private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,32}");

  /** Identities of these kinds are made elsewhere; a channel of that name could forge them. */
  private static final Set<String> RESERVED = Set.of("username", "device", "email", "phone");

  private final Map<String, ChannelProvider> byName = new TreeMap<>();

  Channels(Collection<ChannelProvider> providers) {
    for (ChannelProvider provider : providers) {
      String name = provider.channel();
      if (!NAME.matcher(name).matches() || RESERVED.contains(name)) {
        throw new IllegalArgumentException(
            "a channel is named by 1 to 32 of a-z 0-9 -, and not one of "
                + new java.util.TreeSet<>(RESERVED)
                + ": "
                + name);
      }
      if (byName.putIfAbsent(name, provider) != null) {
        throw new IllegalArgumentException("two channels are named " + name);
      }
    }
  }

  /** Asks a channel who somebody is. */
  public Recognition recognise(String channel, ChannelCode code) {
    ChannelProvider provider = byName.get(channel);
    return provider == null ? new Recognition.NoSuchChannel() : provider.recognise(code);
  }
}
