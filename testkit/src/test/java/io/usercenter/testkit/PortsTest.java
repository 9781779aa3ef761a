package io.usercenter.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Goal: a port stays its server's over restarts. Method: the range, and ports that are taken. */
class PortsTest {
  @Test
  void portsAreDifferentAndBelowTheRangeOfOutgoingConnections() {
    Set<Integer> ports = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      int port = Ports.free();
      assertThat(port).isBetween(20_000, 31_999);
      assertThat(ports.add(port)).isTrue();
    }
  }

  @Test
  void aPortThatSomebodyListensOnIsNotFree() throws IOException {
    int port = Ports.free();
    assertThat(Ports.isFree(port)).isTrue();
    try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertThat(Ports.isFree(port)).isFalse();
    }
    assertThat(Ports.isFree(port)).isTrue();
  }
}
