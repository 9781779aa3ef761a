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

/**
 * Sends the same requests again and again over connections that stay open, as a process of its own.
 * Prints how many were answered by 2xx and how many by anything else.
 */
final class HttpCallers {
  private final LongAdder good = new LongAdder();
  private final LongAdder bad = new LongAdder();
  private final List<byte[]> requests;
  private final URI to;
  private final long until;

  private HttpCallers(List<byte[]> requests, URI to, long until) {
    this.requests = requests;
    this.to = to;
    this.until = until;
  }

  /**
   * @param arguments the service's address; seconds; connections; a file with requests, headers and
   *     all, separated by lines of {@code ###}
   */
  public static void main(String... arguments) throws Exception {
    long seconds = Long.parseLong(arguments[1]);
    List<byte[]> requests =
        List.of(Files.readString(Path.of(arguments[3])).split("###\n", -1)).stream()
            .map(request -> request.getBytes(StandardCharsets.US_ASCII))
            .toList();
    HttpCallers callers =
        new HttpCallers(
            requests,
            URI.create(arguments[0]),
            System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds));
    int connections = Integer.parseInt(arguments[2]);
    try (ExecutorService threads = Executors.newFixedThreadPool(connections)) {
      for (int i = 0; i < connections; i++) {
        int first = i * requests.size() / connections;
        threads.execute(() -> callers.call(first));
      }
    }
    System.out.println(callers.good + " " + callers.bad);
  }

  private void call(int first) {
    try (Socket socket = new Socket(to.getHost(), to.getPort())) {
      socket.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(socket.getInputStream());
      OutputStream out = socket.getOutputStream();
      for (int next = first; System.nanoTime() < until; next = (next + 1) % requests.size()) {
        out.write(requests.get(next));
        (answered(in) ? good : bad).increment();
      }
    } catch (IOException e) {
      bad.increment();
    }
  }

  /** Whether by 2xx. */
  private static boolean answered(InputStream in) throws IOException {
    String status = line(in);
    int length = 0;
    boolean chunked = false;
    for (String header = line(in); !header.isEmpty(); header = line(in)) {
      if (header.regionMatches(true, 0, "Content-Length:", 0, 15)) {
        length = Integer.parseInt(header.substring(15).strip());
      }
      chunked |= header.equalsIgnoreCase("Transfer-Encoding: chunked");
    }
    if (chunked) {
      for (int size = Integer.parseInt(line(in), 16);
          size > 0;
          size = Integer.parseInt(line(in), 16)) {
        in.skipNBytes(size + 2L);
      }
      in.skipNBytes(2);
    } else {
      in.skipNBytes(length);
    }
    return status.startsWith("HTTP/1.1 2");
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
