package io.usercenter.scope;

/** Some game servers on some channels: what one grant is good for. */
public record Cell(Extent servers, Extent channels) {
  /** Every server on every channel. */
  public static final Cell EVERYTHING = new Cell(Extent.ALL, Extent.ALL);

  /** Whether what is on this server and this channel is in it. */
  public boolean contains(String server, String channel) {
    return servers.contains(server) && channels.contains(channel);
  }

  boolean contains(Cell other) {
    return servers.contains(other.servers) && channels.contains(other.channels);
  }

  boolean isEmpty() {
    return servers.isEmpty() || channels.isEmpty();
  }
}
