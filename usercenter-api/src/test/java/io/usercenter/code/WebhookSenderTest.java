package io.usercenter.code;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a webhook gets, and what it may do to the service. */
@Timeout(60)
class WebhookSenderTest {
  private static final CodeMessage MESSAGE =
      new CodeMessage(
          "00112233445566778899aabbccddeeff",
          new Address(Medium.EMAIL, "ayla@example.com"),
          Purpose.LOGIN,
          "012345",
          Duration.ofMinutes(10),
          null);

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch end = new CountDownLatch(1);
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicReference<String> got = new AtomicReference<>("");
  private volatile int status = 200;
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    end.countDown();
    server.stop(0);
    threads.close();
  }

  private void answer(HttpExchange exchange) throws IOException {
    asked.incrementAndGet();
    got.set(
        exchange.getRequestHeaders().getFirst("Usercenter-Signature")
            + "\n"
            + exchange.getRequestHeaders().getFirst("Content-Type")
            + "\n"
            + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    if (status == 0) {
      try {
        end.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    exchange.getResponseHeaders().set("Location", "http://127.0.0.1:1/");
    exchange.sendResponseHeaders(status == 0 ? 200 : status, -1);
    exchange.close();
  }

  private WebhookSender sender(Duration timeout) {
    return new WebhookSender(
        URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/"),
        "an example of a secret, 32 or more",
        EnumSet.allOf(Medium.class),
        timeout,
        InstantSource.fixed(Instant.ofEpochSecond(1_800_000_000)));
  }

  /** The signature was computed with: printf '%s' "T.BODY" | openssl dgst -sha256 -hmac SECRET. */
  @Test
  void thePostIsTheOneInTheDocument() {
    try (WebhookSender sender = sender(Duration.ofSeconds(20))) {
      assertThat(sender.send(MESSAGE)).isEqualTo(new Delivery.Taken());
    }
    assertThat(got.get())
        .isEqualTo(
            """
            t=1800000000,v1=a0c9189e775bd156facb2e6426aa57fa9b8a231c1fc6af4298d075d59c37863e
            application/json
            {"id":"00112233445566778899aabbccddeeff","channel":"email","address":"ayla@example.com","purpose":"login","code":"012345","expiresIn":600}\
            """);
  }

  @Test
  void anAddressThatTheWebhookRefusesIsNoFailure() {
    status = 422;
    try (WebhookSender sender = sender(Duration.ofSeconds(20))) {
      for (int i = 0; i < 30; i++) {
        assertThat(sender.send(MESSAGE)).isEqualTo(new Delivery.NotThere());
      }
    }
    assertThat(asked).hasValue(30);
  }

  @ParameterizedTest
  @ValueSource(ints = {302, 400, 401, 404, 429, 500, 503})
  void whateverElseItAnswersIsAFailureAndSoonItIsLeftAlone(int answer) {
    status = answer;
    try (WebhookSender sender = sender(Duration.ofSeconds(20))) {
      assertThat(sender.send(MESSAGE)).isEqualTo(new Delivery.Failed("it answers " + answer));
      for (int i = 0; i < 10; i++) {
        assertThat(sender.send(MESSAGE)).isInstanceOf(Delivery.Failed.class);
      }
    }
    assertThat(asked).hasValue(5);
  }

  @Test
  void aWebhookThatDoesNotAnswerIsLeft() {
    status = 0;
    try (WebhookSender sender = sender(Duration.ofMillis(300))) {
      assertThat(sender.send(MESSAGE))
          .isEqualTo(new Delivery.Failed("no whole answer within 300 ms"));
    }
  }

  @Test
  void aWebhookThatIsAwayIsAFailure() {
    try (WebhookSender sender = sender(Duration.ofSeconds(20))) {
      server.stop(0);
      assertThat(sender.send(MESSAGE))
          .isEqualTo(new Delivery.Failed("ConnectException: 127.0.0.1"));
    }
  }
}
