package io.usercenter.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.testkit.Backends;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Requests that wait, for their body, for news or for a password hash, keep out nobody else. */
class WaitingRequestsTest {
  /** Jetty runs 200 at once by itself, those that watch the connections among them. */
  private static final int WAITING = 400;

  @Test
  void hundredsThatWaitAreInNobodysWay() throws IOException {
    try (Usercenter service =
        Usercenter.start(
            Backends.mysql(),
            Backends.redis(),
            "usercenter.http.slow-sender-patience=5m",
            "usercenter.http.max-connections=2000")) {
      for (String path : List.of("/v1/sessions", "/admin/v1/sessions")) {
        Client door = path.startsWith("/v1") ? service.players() : service.inside();
        List<Socket> waiting = new ArrayList<>();
        try {
          for (int i = 0; i < WAITING; i++) {
            waiting.add(beginRequest(door, path));
          }
          String name = Names.fresh();
          service.players().register(name).expect(201);
          service.players().login(name).expect(200);
          service.inside().get("/actuator/health/readiness").expect(200);
          for (Socket each : waiting) {
            each.getOutputStream().write('}');
          }
          for (Socket each : waiting) {
            assertThat(new String(each.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
                .isEqualTo("HTTP/1.1 400");
          }
        } finally {
          for (Socket each : waiting) {
            each.close();
          }
        }
      }
    }
  }

  /** But for the last byte of its body. */
  private static Socket beginRequest(Client door, String path) throws IOException {
    URI base = URI.create(door.base());
    Socket socket = new Socket(base.getHost(), base.getPort());
    socket.setSoTimeout(20_000);
    socket
        .getOutputStream()
        .write(
            """
            POST %s HTTP/1.1\r
            Host: a\r
            Content-Type: application/json\r
            Content-Length: 2\r
            \r
            {\
            """
                .formatted(path)
                .getBytes(StandardCharsets.US_ASCII));
    return socket;
  }
}
