package io.usercenter.it;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests over connections that stay open, as a process of its own. Each connection has a
 * share of the requests, which it sends again and again. Prints how many were answered by 2xx and
 * how many by anything else.
 */
final class HttpCallers {
  /** Between two requests in the file. */
  static final String SEPARATOR = "###\n";

  private final LongAdder good = new LongAdder();
  private final LongAdder bad = new LongAdder();
  private final byte[][] requests;
  private final int connections;
  private final URI to;
  private final long until;

  /** What an answer changes in its request; null: nothing. */
  private final @Nullable Pattern chained;

  private HttpCallers(
      byte[][] requests, int connections, URI to, long until, @Nullable Pattern chained) {
    this.requests = requests;
    this.connections = connections;
    this.to = to;
    this.until = until;
    this.chained = chained;
  }

  /**
   * @param arguments the service's address; seconds; connections; a file with requests, headers and
   *     all; and perhaps a member of answers whose value takes the place of the one that was sent:
   *     the file is then written again, with the last ones
   */
  public static void main(String... arguments) throws Exception {
    long seconds = Long.parseLong(arguments[1]);
    Path file = Path.of(arguments[3]);
    HttpCallers callers =
        new HttpCallers(
            List.of(Files.readString(file).split(SEPARATOR, -1)).stream()
                .map(request -> request.getBytes(StandardCharsets.US_ASCII))
                .toArray(byte[][]::new),
            Integer.parseInt(arguments[2]),
            URI.create(arguments[0]),
            System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds),
            arguments.length < 5
                ? null
                : Pattern.compile("\"%s\":\"([^\"]*)\"".formatted(arguments[4])));
    try (ExecutorService threads = Executors.newFixedThreadPool(callers.connections)) {
      for (int i = 0; i < callers.connections; i++) {
        int connection = i;
        threads.execute(() -> callers.call(connection));
      }
    }
    if (callers.chained != null) {
      Files.writeString(
          file,
          Stream.of(callers.requests)
              .map(request -> new String(request, StandardCharsets.US_ASCII))
              .collect(Collectors.joining(SEPARATOR)));
    }
    System.out.println(callers.good + " " + callers.bad);
  }

  private void call(int connection) {
    int first = connection % requests.length;
    try (Socket socket = new Socket(to.getHost(), to.getPort())) {
      socket.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(socket.getInputStream());
      OutputStream out = socket.getOutputStream();
      int next = first;
      while (System.nanoTime() < until) {
        out.write(requests[next]);
        boolean answered = line(in).startsWith("HTTP/1.1 2");
        (answered ? good : bad).increment();
        String body = body(in);
        if (answered && chained != null) {
          requests[next] = following(requests[next], body, chained);
        }
        next = next + connections < requests.length ? next + connections : first;
      }
    } catch (IOException e) {
      bad.increment();
    }
  }

  private static byte[] following(byte[] request, String answer, Pattern chained)
      throws IOException {
    Matcher value = chained.matcher(answer);
    if (!value.find()) {
      throw new IOException("the answer has nothing for the next request");
    }
    String text = new String(request, StandardCharsets.US_ASCII);
    int head = text.indexOf("\r\n\r\n") + 4;
    String body =
        chained.matcher(text.substring(head)).replaceFirst(Matcher.quoteReplacement(value.group()));
    return (text.substring(0, head)
                .replaceFirst("Content-Length: \\d+", "Content-Length: " + body.length())
            + body)
        .getBytes(StandardCharsets.US_ASCII);
  }

  /** After the status: the rest of the head is passed over. */
  private static String body(InputStream in) throws IOException {
    int length = 0;
    boolean isChunked = false;
    for (String header = line(in); !header.isEmpty(); header = line(in)) {
      if (header.regionMatches(true, 0, "Content-Length:", 0, 15)) {
        length = Integer.parseInt(header.substring(15).strip());
      }
      isChunked |= header.equalsIgnoreCase("Transfer-Encoding: chunked");
    }
    if (!isChunked) {
      return new String(in.readNBytes(length), StandardCharsets.US_ASCII);
    }
    StringBuilder body = new StringBuilder();
    for (int size = Integer.parseInt(line(in), 16);
        size > 0;
        size = Integer.parseInt(line(in), 16)) {
      body.append(new String(in.readNBytes(size), StandardCharsets.US_ASCII));
      in.skipNBytes(2);
    }
    in.skipNBytes(2);
    return body.toString();
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder(64);
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException("the service closed the connection");
      }
      if (next != '\r') {
        line.append((char) next);
      }
    }
    return line.toString();
  }
}
