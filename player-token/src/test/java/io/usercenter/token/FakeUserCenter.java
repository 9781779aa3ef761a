package io.usercenter.token;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The part of the user center that a verifier talks to, over real HTTP on loopback: the key set and
 * the feed with its long poll. Everything can be made to fail.
 */
final class FakeUserCenter implements AutoCloseable {
  static final String CREDENTIAL = "gs-1";
  static final String SECRET = "s3cret-ü";
  private static final String EXPECTED =
      "Basic "
          + Base64.getEncoder()
              .encodeToString((CREDENTIAL + ":" + SECRET).getBytes(StandardCharsets.UTF_8));

  /** What to do with a request; answers it completely. */
  interface Handler {
    void handle(HttpExchange exchange) throws IOException;
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  final AtomicInteger keyRequests = new AtomicInteger();
  final AtomicInteger ticketKeyRequests = new AtomicInteger();
  final AtomicInteger feedRequests = new AtomicInteger();
  final List<String> feedQueries = new ArrayList<>();

  volatile Handler keys = exchange -> answer(exchange, 200, "{\"keys\":[]}");
  volatile Handler ticketKeys = exchange -> answer(exchange, 404, "{}");
  volatile Handler feed = this::longPoll;

  private final List<News> log = new ArrayList<>();
  private int pageSize = 1_000;
  private int resets;

  FakeUserCenter() {
    server = onFreePort();
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            String path = exchange.getRequestURI().getPath();
            if (path.equals(JwksClient.PATH)) {
              keyRequests.incrementAndGet();
              keys.handle(exchange);
            } else if (path.equals(HttpRevocationPages.PATH)) {
              feedRequests.incrementAndGet();
              synchronized (this) {
                feedQueries.add(exchange.getRequestURI().getRawQuery());
              }
              feed.handle(exchange);
            } else if (path.equals(TicketKeyClient.PATH)) {
              ticketKeyRequests.incrementAndGet();
              ticketKeys.handle(exchange);
            } else {
              answer(exchange, 404, "{}");
            }
          }
        });
    server.start();
  }

  /** Below the ephemeral range, so that no outgoing connection takes it. */
  private static HttpServer onFreePort() {
    Random random = new Random(ProcessHandle.current().pid() * 31 + System.nanoTime());
    for (int i = 0; i < 200; i++) {
      int port = 20_000 + random.nextInt(12_000);
      try {
        return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 50);
      } catch (BindException taken) {
        // the next one
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
    throw new AssertionError("no free port");
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  void publish(VerificationKey... published) {
    String document = Jwks.of(List.of(published)).toJson();
    keys = exchange -> answer(exchange, 200, document);
  }

  /** Answers with these ticket keys of one server, to whoever shows the credential. */
  void deliver(String serverId, Delivered... delivered) {
    List<Map<String, Object>> keys = new ArrayList<>();
    for (Delivered key : delivered) {
      Map<String, Object> member = new LinkedHashMap<>();
      member.put("epoch", key.epoch());
      member.put("key", Forge.encode(key.key()));
      if (key.acceptUntil() != null) {
        member.put("acceptUntil", key.acceptUntil().toString());
      }
      keys.add(member);
    }
    String document = StrictJson.write(Map.of("serverId", serverId, "keys", keys));
    ticketKeys =
        exchange -> {
          if (!EXPECTED.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            answer(exchange, 401, "{}");
          } else if (!serverId.equals(query(exchange).get("serverId"))) {
            answer(exchange, 403, "{}");
          } else {
            answer(exchange, 200, document);
          }
        };
  }

  /** A ticket key as delivered. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Delivered(int epoch, byte[] key, @Nullable Instant acceptUntil) {}

  synchronized void revoke(News news) {
    log.add(news);
    notifyAll();
  }

  synchronized void pageSize(int size) {
    pageSize = size;
  }

  /** The next answer says that the asker missed something. */
  synchronized void resetOnce() {
    resets++;
    notifyAll();
  }

  synchronized List<String> feedQueries() {
    return List.copyOf(feedQueries);
  }

  private void longPoll(HttpExchange exchange) throws IOException {
    if (!EXPECTED.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
      answer(exchange, 401, "{}");
      return;
    }
    Map<String, String> query = query(exchange);
    int after = Integer.parseInt(query.getOrDefault("after", "-1"));
    long deadline =
        System.nanoTime()
            + TimeUnit.MILLISECONDS.toNanos(Long.parseLong(query.getOrDefault("waitMs", "-1")));
    answer(exchange, 200, page(after, deadline).toJson());
  }

  private synchronized RevocationPage page(int after, long deadline) {
    try {
      while (log.size() <= after && resets == 0 && System.nanoTime() < deadline) {
        wait(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    boolean reset = resets > 0;
    if (reset) {
      resets--;
    }
    int from = reset ? 0 : Math.min(after, log.size());
    int to = Math.min(from + pageSize, log.size());
    return new RevocationPage(Integer.toString(to), reset, to < log.size(), log.subList(from, to));
  }

  private static Map<String, String> query(HttpExchange exchange) {
    Map<String, String> query = new HashMap<>();
    for (String pair : exchange.getRequestURI().getRawQuery().split("&", -1)) {
      String[] both = pair.split("=", 2);
      query.put(both[0], URLDecoder.decode(both[1], StandardCharsets.UTF_8));
    }
    return query;
  }

  static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
