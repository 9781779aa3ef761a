package io.usercenter.testkit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPInputStream;

/**
 * An OpenTelemetry collector: takes spans by OTLP over HTTP and keeps them. It reads so much of
 * protobuf and of {@code opentelemetry/proto/trace/v1/trace.proto} as the tests ask for.
 */
public final class TraceCollector implements AutoCloseable {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final HttpServer server;
  private final List<Span> spans = new CopyOnWriteArrayList<>();
  private final List<String> bodies = new CopyOnWriteArrayList<>();

  /**
   * A span as it was sent.
   *
   * @param parent empty when it has none
   * @param links the traces it is linked to
   */
  public record Span(
      String trace,
      String id,
      String parent,
      String name,
      Map<String, String> attributes,
      List<String> links) {}

  /** Starts one on a free port. */
  public TraceCollector() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/v1/traces", this::take);
    server.start();
  }

  /** Where to send spans. */
  public String endpoint() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1/traces";
  }

  /** All spans of a trace that have come so far. */
  public List<Span> of(String trace) {
    return spans.stream().filter(span -> span.trace().equals(trace)).toList();
  }

  /** All spans that have come so far. */
  public List<Span> spans() {
    return List.copyOf(spans);
  }

  /** All that was sent so far, byte for byte as ISO 8859-1, to look for what must not be there. */
  public String everything() {
    return String.join("\n", bodies);
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange;
        InputStream body = exchange.getRequestBody()) {
      boolean zipped = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
      byte[] bytes = (zipped ? new GZIPInputStream(body) : body).readAllBytes();
      bodies.add(new String(bytes, StandardCharsets.ISO_8859_1));
      for (Field resource : message(ByteBuffer.wrap(bytes), 1)) {
        for (Field scope : message(resource.bytes(), 2)) {
          message(scope.bytes(), 2).forEach(span -> spans.add(span(span.bytes())));
        }
      }
      exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
      exchange.sendResponseHeaders(200, -1);
    }
  }

  private static Span span(ByteBuffer span) {
    Map<String, String> attributes = new TreeMap<>();
    for (Field attribute : message(span, 9)) {
      attributes.put(text(attribute.bytes(), 1), value(message(attribute.bytes(), 2).getFirst()));
    }
    return new Span(
        hex(span, 1),
        hex(span, 2),
        hex(span, 4),
        text(span, 5),
        attributes,
        message(span, 13).stream().map(link -> hex(link.bytes(), 1)).toList());
  }

  private static String value(Field any) {
    Field value = fields(any.bytes()).getFirst();
    return value.number() == 1 ? utf8(value.bytes()) : Long.toString(value.integer());
  }

  private static String hex(ByteBuffer message, int number) {
    List<Field> found = message(message, number);
    if (found.isEmpty()) {
      return "";
    }
    ByteBuffer bytes = found.getFirst().bytes();
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(bytes.position(), copy);
    return HexFormat.of().formatHex(copy);
  }

  private static String text(ByteBuffer message, int number) {
    List<Field> found = message(message, number);
    return found.isEmpty() ? "" : utf8(found.getFirst().bytes());
  }

  private static String utf8(ByteBuffer bytes) {
    return StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
  }

  /** One field of a message: an integer or bytes. */
  private record Field(int number, long integer, ByteBuffer bytes) {}

  private static List<Field> message(ByteBuffer message, int number) {
    return fields(message).stream().filter(field -> field.number() == number).toList();
  }

  /** Protobuf's encoding: a key of number and wire type, then the value. */
  private static List<Field> fields(ByteBuffer message) {
    ByteBuffer in = message.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    List<Field> fields = new ArrayList<>();
    while (in.hasRemaining()) {
      long key = varint(in);
      int number = (int) (key >>> 3);
      switch ((int) (key & 7)) {
        case 0 -> fields.add(new Field(number, varint(in), NOTHING));
        case 1 -> fields.add(new Field(number, in.getLong(), NOTHING));
        case 2 -> {
          int length = (int) varint(in);
          fields.add(new Field(number, 0, in.slice(in.position(), length)));
          in.position(in.position() + length);
        }
        case 5 -> fields.add(new Field(number, in.getInt(), NOTHING));
        default -> throw new IllegalArgumentException("a wire type that OTLP does not use");
      }
    }
    return fields;
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte part = in.get();
      value |= (long) (part & 0x7f) << shift;
      if (part >= 0) {
        return value;
      }
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
