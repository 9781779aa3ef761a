package io.usercenter.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A server that echoes bytes, seen through a proxy that does everything that it can do. */
class TcpProxyTest {
  private static final int A_WHILE = 300;
  private static final int LONG = 20_000;

  private ServerSocket server;
  private TcpProxy proxy;

  @BeforeEach
  void start() throws IOException {
    server = echo(0);
    proxy = TcpProxy.to(server.getLocalPort());
  }

  @AfterEach
  void stop() throws IOException {
    proxy.close();
    server.close();
  }

  /** Answers each byte with the byte plus this. */
  private static ServerSocket echo(int plus) throws IOException {
    ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                while (true) {
                  Socket socket = server.accept();
                  Thread.ofVirtual().start(() -> answer(socket, plus));
                }
              } catch (IOException closed) {
                // The test is over.
              }
            });
    return server;
  }

  private static void answer(Socket socket, int plus) {
    try (socket) {
      for (int b = socket.getInputStream().read(); b >= 0; b = socket.getInputStream().read()) {
        socket.getOutputStream().write(b + plus);
      }
    } catch (IOException gone) {
      // So is the test's end.
    }
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
    socket.setSoTimeout(LONG);
    return socket;
  }

  private static int ask(Socket socket, int value) throws IOException {
    socket.getOutputStream().write(value);
    return socket.getInputStream().read();
  }

  @Test
  void carriesBothWays() throws IOException {
    try (Socket socket = connect()) {
      assertThat(ask(socket, 7)).isEqualTo(7);
      assertThat(ask(socket, 8)).isEqualTo(8);
    }
  }

  @Test
  void aCutResetsOldAndNewConnectionsUntilItIsMended() throws IOException {
    try (Socket socket = connect()) {
      assertThat(ask(socket, 1)).isEqualTo(1);
      proxy.cut();
      assertThatThrownBy(() -> assertThat(ask(socket, 2)).isNotNegative())
          .isInstanceOfAny(IOException.class, AssertionError.class);
    }
    try (Socket socket = connect()) {
      assertThatThrownBy(() -> assertThat(ask(socket, 3)).isNotNegative())
          .isInstanceOfAny(IOException.class, AssertionError.class);
    }
    proxy.mend();
    try (Socket socket = connect()) {
      assertThat(ask(socket, 4)).isEqualTo(4);
    }
  }

  @Test
  void whatIsSwallowedArrivesWhenTheWayIsMended() throws IOException {
    try (Socket old = connect()) {
      assertThat(ask(old, 1)).isEqualTo(1);
      proxy.swallow();
      try (Socket fresh = connect()) {
        for (Socket socket : new Socket[] {old, fresh}) {
          socket.setSoTimeout(A_WHILE);
          socket.getOutputStream().write(5);
          assertThatThrownBy(() -> socket.getInputStream().read())
              .isInstanceOf(SocketTimeoutException.class);
          socket.setSoTimeout(LONG);
        }
        proxy.mend();
        assertThat(old.getInputStream().read()).isEqualTo(5);
        assertThat(fresh.getInputStream().read()).isEqualTo(5);
      }
    }
  }

  @Test
  void aDelayHoldsEachDirection() throws IOException {
    proxy.delay(Duration.ofMillis(50));
    try (Socket socket = connect()) {
      long start = System.nanoTime();
      assertThat(ask(socket, 6)).isEqualTo(6);
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isGreaterThanOrEqualTo(Duration.ofMillis(100));
    }
  }

  @Test
  void itCanLeadElsewhere() throws IOException {
    try (ServerSocket other = echo(1);
        Socket socket = connect()) {
      assertThat(ask(socket, 1)).isEqualTo(1);
      proxy.lay(other.getLocalPort());
      try (Socket again = connect()) {
        assertThat(ask(again, 1)).isEqualTo(2);
      }
    }
  }

  @Test
  void closingItEndsWhoeverWaits() throws IOException {
    proxy.swallow();
    try (Socket socket = connect()) {
      socket.getOutputStream().write(1);
      proxy.close();
      assertThatThrownBy(() -> assertThat(socket.getInputStream().read()).isNotNegative())
          .isInstanceOfAny(IOException.class, AssertionError.class);
    }
  }
}
