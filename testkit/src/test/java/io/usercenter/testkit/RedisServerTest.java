package io.usercenter.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: the machine's Redis and the embedded one serve tests alike. Method: both, inline commands.
 */
class RedisServerTest {
  private static String send(RedisServer server, String command) throws IOException {
    try (Socket socket = new Socket(server.host(), server.port())) {
      socket.setSoTimeout(500);
      socket.getOutputStream().write((command + "\r\nQUIT\r\n").getBytes(StandardCharsets.UTF_8));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static RedisSettings settings(boolean embedded) {
    return embedded ? RedisSettings.standard().usingEmbedded() : RedisSettings.standard();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void writesOutliveKill9OnlyWhereTheyAreKept(boolean embedded) throws IOException {
    try (RedisServer keeping = Backends.newRedis(settings(embedded).keepingData());
        RedisServer forgetting = Backends.newRedis(settings(embedded))) {
      for (RedisServer server : new RedisServer[] {keeping, forgetting}) {
        assertThat(send(server, "XADD s 1-1 e v")).startsWith("$3");
        server.kill9();
        server.restart();
      }
      assertThat(send(keeping, "XLEN s")).startsWith(":1");
      assertThat(send(forgetting, "XLEN s")).startsWith(":0");
      keeping.flush();
      assertThat(send(keeping, "XLEN s")).startsWith(":0");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aPausedServerAnswersAgainAfterItIsResumed(boolean embedded) throws IOException {
    try (RedisServer server = Backends.newRedis(settings(embedded))) {
      server.pause();
      Assertions.assertThatThrownBy(() -> send(server, "PING"))
          .isInstanceOf(SocketTimeoutException.class);
      server.resume();
      assertThat(send(server, "PING")).startsWith("+PONG");
      server.stop();
      assertThat(server.isRunning()).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void itIsAtLeast62(boolean embedded) throws IOException {
    try (RedisServer server = Backends.newRedis(settings(embedded))) {
      assertThat(send(server, "INFO server")).contains("redis_version:" + server.version());
      assertThat(server.version()).matches("6\\.[2-9].*|[7-9]\\..*");
      if (embedded) {
        assertThat(server.version()).startsWith("6.2.");
      }
    }
  }
}
