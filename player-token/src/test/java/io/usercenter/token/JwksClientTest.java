package io.usercenter.token;

import static io.usercenter.token.FakeUserCenter.answer;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Keys are there when a token needs them, nobody can make us ask the issuer often, and the issuer's
 * troubles do not become ours. Against real HTTP, with time moved by hand.
 */
class JwksClientTest {
  private final ManualTime time = new ManualTime();
  private final FakeUserCenter issuer = new FakeUserCenter();
  private final VerificationKey first = newKey();
  private final VerificationKey second = newKey();
  private final JwksClient client =
      new JwksClient(
          new UserCenter(issuer.url()), Jwks.of(List.of()), Duration.ofMinutes(1), time::nanoTime);

  private static VerificationKey newKey() {
    return SigningKeyPair.generate(SigningAlgorithm.ES256, new SecureRandom()).verificationKey();
  }

  @AfterEach
  void stop() {
    issuer.close();
  }

  @Test
  void theFirstTokenFetchesTheKeys() {
    issuer.publish(first, second);
    assertThat(client.find(first.kid())).isEqualTo(first);
    assertThat(client.find(second.kid())).isEqualTo(second);
    assertThat(issuer.keyRequests).hasValue(1);
  }

  @Test
  void randomKidsCauseOneFetchPerInterval() {
    issuer.publish(first);
    assertThat(client.find(first.kid())).isEqualTo(first);
    for (int i = 0; i < 1_000; i++) {
      assertThat(client.find("random-" + i)).isNull();
    }
    assertThat(issuer.keyRequests).hasValue(1);
    time.pass(FetchedDocument.SHORTEST_INTERVAL);
    for (int i = 0; i < 1_000; i++) {
      assertThat(client.find("random-" + i)).isNull();
    }
    assertThat(issuer.keyRequests).hasValue(2);
  }

  @Test
  void aNewKeyIsFoundWhenItsFirstTokenComes() {
    issuer.publish(first);
    assertThat(client.find(first.kid())).isEqualTo(first);
    issuer.publish(first, second);
    assertThat(client.find(second.kid())).isNull(); // asked just before
    time.pass(FetchedDocument.SHORTEST_INTERVAL);
    assertThat(client.find(second.kid())).isEqualTo(second);
  }

  @Test
  void manyThreadsAtTheStartCauseOneFetchAndAllGetTheKey() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    String document = Jwks.of(List.of(first)).toJson();
    issuer.keys =
        exchange -> {
          awaitQuietly(release);
          answer(exchange, 200, document);
        };
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<VerificationKey>> found = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        found.add(threads.submit(() -> requireNonNull(client.find(first.kid()))));
      }
      Eventually.holds("a fetch is under way", () -> issuer.keyRequests.get() == 1);
      release.countDown();
      for (Future<VerificationKey> key : found) {
        assertThat(key.get(10, TimeUnit.SECONDS)).isEqualTo(first);
      }
      assertThat(issuer.keyRequests).hasValue(1);
    } finally {
      threads.shutdownNow();
    }
  }

  private static void awaitQuietly(CountDownLatch latch) throws IOException {
    try {
      latch.await(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Test
  void aWithdrawnKeyIsGoneAfterTheRegularRefresh() throws InterruptedException {
    issuer.publish(first, second);
    assertThat(client.refresh()).isEqualTo(Duration.ofMinutes(1));
    issuer.publish(second);
    assertThat(client.find(first.kid())).isEqualTo(first);
    client.refresh();
    assertThat(client.find(first.kid())).isNull();
    assertThat(client.find(second.kid())).isEqualTo(second);
  }

  @Test
  void aKeyThatTheFeedWithdrewIsNeverBelievedAgain() throws InterruptedException {
    issuer.publish(first);
    assertThat(client.find(first.kid())).isEqualTo(first);
    issuer.publish(first, second);
    client.withdraw(first.kid());
    assertThat(client.find(first.kid())).isNull();
    assertThat(client.find(second.kid())).as("asked for at once").isEqualTo(second);
    client.refresh(); // some cache on the way still has it
    assertThat(client.find(first.kid())).isNull();
  }

  @Test
  void anUnchangedDocumentKeepsTheVeryKeys() throws InterruptedException {
    issuer.publish(first);
    client.refresh();
    VerificationKey before = client.find(first.kid());
    client.refresh();
    assertThat(client.find(first.kid())).isSameAs(before);
  }

  @Test
  void oldKeysStayGoodWhileTheIssuerIsAway() throws InterruptedException {
    issuer.publish(first);
    client.refresh();
    List<FakeUserCenter.Handler> troubles =
        List.of(
            exchange -> answer(exchange, 500, "{}"),
            exchange -> answer(exchange, 404, "<html>"),
            exchange -> answer(exchange, 200, "<html>not json"),
            exchange -> answer(exchange, 200, "{\"keys\":[]}"),
            exchange -> answer(exchange, 200, " ".repeat(70_000)),
            exchange -> {
              exchange.getResponseHeaders().set("Location", issuer.url() + "/elsewhere");
              answer(exchange, 302, "");
            },
            exchange -> exchange.sendResponseHeaders(200, 500), // and then nothing
            exchange -> exchange.close());
    for (FakeUserCenter.Handler trouble : troubles) {
      issuer.keys = trouble;
      assertThat(client.refresh()).isLessThan(Duration.ofSeconds(5));
      assertThat(client.find(first.kid())).isEqualTo(first);
    }
    issuer.close();
    assertThat(client.refresh()).isLessThan(Duration.ofSeconds(5));
    assertThat(client.find(first.kid())).isEqualTo(first);
  }

  @Test
  void checksDoNotWaitForAnIssuerThatIsKnownToBeAway() throws InterruptedException {
    issuer.keys = exchange -> answer(exchange, 500, "{}");
    client.refresh();
    for (int i = 0; i < 100; i++) {
      assertThat(client.find("k" + i)).isNull();
      time.pass(FetchedDocument.SHORTEST_INTERVAL);
    }
    assertThat(issuer.keyRequests).hasValue(1);
    issuer.publish(first);
    client.refresh(); // as the background thread does, soon
    assertThat(client.find(first.kid())).isEqualTo(first);
  }

  @Test
  void aBodyThatDripsIsGivenUp() throws InterruptedException {
    issuer.publish(first);
    client.refresh();
    CountDownLatch never = new CountDownLatch(1);
    issuer.keys =
        exchange -> {
          exchange.sendResponseHeaders(200, 500);
          exchange.getResponseBody().write('{');
          exchange.getResponseBody().flush();
          awaitQuietly(never);
        };
    long start = System.nanoTime();
    client.refresh();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
    assertThat(client.find(first.kid())).isEqualTo(first);
    never.countDown();
  }

  @Test
  void anInterruptedThreadStaysInterrupted() {
    issuer.publish(first);
    Thread.currentThread().interrupt();
    assertThat(client.find(first.kid())).isNull();
    assertThat(Thread.interrupted()).isTrue();
  }
}
