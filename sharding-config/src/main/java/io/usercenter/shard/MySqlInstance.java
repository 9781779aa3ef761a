package io.usercenter.shard;

/**
 * Where a MySQL server listens.
 *
 * @param host a name or an IPv4 address
 * @param port 1 to 65535
 */
public record MySqlInstance(String host, int port) {
  public MySqlInstance {
    if (!host.matches("[A-Za-z0-9._-]+")) {
      throw new IllegalArgumentException("not a host name: '" + host + "'");
    }
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("port must be 1 to 65535, was " + port);
    }
  }

  /**
   * Reads {@code host:port}.
   *
   * @throws IllegalArgumentException if it is anything else
   */
  public static MySqlInstance parse(String hostAndPort) {
    int colon = hostAndPort.lastIndexOf(':');
    String port = hostAndPort.substring(colon + 1).strip();
    if (colon < 0 || !port.matches("[0-9]{1,5}")) {
      throw new IllegalArgumentException(
          "MySQL instance must be host:port, was '" + hostAndPort + "'");
    }
    return new MySqlInstance(hostAndPort.substring(0, colon).strip(), Integer.parseInt(port));
  }

  /** {@code host:port}. */
  @Override
  public String toString() {
    return host + ":" + port;
  }
}
