package io.usercenter.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports on 127.0.0.1 for servers that must keep theirs over restarts.
 *
 * <p>They come from 20000 to 31999, below the range from which Linux takes the local ports of
 * outgoing connections (32768 and up), so no connection can sit on one while its server is down.
 */
public final class Ports {
  private static final int LOWEST = 20_000;
  private static final int COUNT = 12_000;

  private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

  private Ports() {}

  /**
   * A port that nobody listens on, and that this JVM has not given out before. Another process may
   * still take it first; whoever starts a server on it should be ready to ask for another.
   *
   * @throws BackendException when none is left
   */
  public static int free() {
    int start = ThreadLocalRandom.current().nextInt(COUNT);
    for (int i = 0; i < COUNT; i++) {
      int port = LOWEST + (start + i) % COUNT;
      if (isFree(port) && GIVEN.add(port)) {
        return port;
      }
    }
    throw new BackendException(
        "no free port between %d and %d on 127.0.0.1".formatted(LOWEST, LOWEST + COUNT - 1));
  }

  /** Whether a server could listen on this port of 127.0.0.1 now. */
  public static boolean isFree(int port) {
    try (ServerSocket probe = new ServerSocket()) {
      probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException taken) {
      return false;
    }
  }
}
