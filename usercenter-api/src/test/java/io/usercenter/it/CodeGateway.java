package io.usercenter.it;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.databind.JsonNode;

/** A publisher's server that takes messages with codes, and only those that are signed for it. */
final class CodeGateway implements AutoCloseable {
  static final String SECRET = "what the gateway and the service share";
  private static final Pattern SIGNATURE = Pattern.compile("t=([0-9]+),v1=([0-9a-f]{64})");

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<JsonNode> messages = new CopyOnWriteArrayList<>();
  private volatile int status = 204;
  private volatile String traceparent = "";

  CodeGateway() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/codes", this::take);
    server.start();
  }

  /** The settings of a service that sends its codes here. */
  String[] settings() {
    return new String[] {
      "usercenter.codes.webhook-url=http://127.0.0.1:" + server.getAddress().getPort() + "/codes",
      "usercenter.codes.webhook-secret=" + SECRET
    };
  }

  /** From now on it answers this to what is signed. */
  void answers(int newStatus) {
    status = newStatus;
  }

  /** That of the newest request. */
  String traceparent() {
    return traceparent;
  }

  List<JsonNode> messages() {
    return messages;
  }

  /** The newest message to an address in its one spelling. */
  JsonNode messageTo(String address) {
    return messages.reversed().stream()
        .filter(message -> message.at("/address").stringValue().equals(address))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no message to " + address));
  }

  /** The newest code that was sent to an address. */
  String codeFor(String address) {
    return messageTo(address).at("/code").stringValue();
  }

  private void take(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    traceparent = String.valueOf(exchange.getRequestHeaders().getFirst("traceparent"));
    boolean signed =
        isSigned(
            String.valueOf(exchange.getRequestHeaders().getFirst("Usercenter-Signature")), body);
    if (signed && status == 204) {
      messages.add(Client.JSON.readTree(body));
    }
    exchange.sendResponseHeaders(signed ? status : 401, -1);
    exchange.close();
  }

  /** As docs/login-keys.md tells it to publishers. */
  private static boolean isSigned(String header, String body) {
    Matcher signature = SIGNATURE.matcher(header);
    if (!signature.matches()) {
      return false;
    }
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      byte[] expected =
          mac.doFinal((signature.group(1) + "." + body).getBytes(StandardCharsets.UTF_8));
      return MessageDigest.isEqual(expected, HexFormat.of().parseHex(signature.group(2)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }
}
