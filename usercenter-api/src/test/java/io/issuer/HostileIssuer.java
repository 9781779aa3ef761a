package io.issuer;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that says whatever it is told to. */
public final class HostileIssuer implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch end = new CountDownLatch(1);
  private final AtomicInteger asked = new AtomicInteger();
  private final RSAKey key;
  private volatile String discovery;
  private volatile String keys;
  private volatile String token = "{}";
  private volatile int tokenStatus = 200;
  private volatile boolean stuck;

  public HostileIssuer() throws IOException, JOSEException {
    key = new RSAKeyGenerator(2048).keyIDFromThumbprint(true).generate();
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    discovery = discoveryOf(issuer());
    keys = new JWKSet(key.toPublicJWK()).toString();
    server.createContext(
        "/.well-known/openid-configuration", exchange -> answer(exchange, 200, discovery));
    server.createContext("/keys", exchange -> answer(exchange, 200, keys));
    server.createContext("/token", this::token);
    server.start();
  }

  public String issuer() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  public RSAKey key() {
    return key;
  }

  /** How often the token endpoint was asked. */
  public int asked() {
    return asked.get();
  }

  public void says(int status, String body) {
    tokenStatus = status;
    token = body;
  }

  /** From now on discovery names this issuer. */
  public void callsItself(String other) {
    discovery = discoveryOf(other);
  }

  /** From now on these are its keys. */
  public void publishes(String text) {
    keys = text;
  }

  /** From now on the token endpoint begins an answer and never ends it. */
  public void getStuck() {
    stuck = true;
  }

  private String discoveryOf(String name) {
    return """
    {"issuer":"%s","token_endpoint":"%s/token","jwks_uri":"%s/keys"}\
    """
        .formatted(name, issuer(), issuer());
  }

  private void token(HttpExchange exchange) throws IOException {
    asked.incrementAndGet();
    if (!stuck) {
      answer(exchange, tokenStatus, token);
      return;
    }
    exchange.sendResponseHeaders(200, 0);
    exchange.getResponseBody().write('{');
    exchange.getResponseBody().flush();
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    exchange.close();
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    try (var out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  @Override
  public void close() {
    end.countDown();
    server.stop(0);
    threads.close();
  }
}
