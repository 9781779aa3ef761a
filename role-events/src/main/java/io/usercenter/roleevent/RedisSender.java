package io.usercenter.roleevent;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Adds entries to the streams, all of a batch in one round trip (RESP2, the protocol that every
 * Redis speaks). One thread uses it.
 */
final class RedisSender implements AutoCloseable {
  private static final int LONGEST_LINE = 4_096;

  private final URI url;
  private final int timeoutMillis;
  private @Nullable Connection connection;

  private record Connection(Socket socket, InputStream in, OutputStream out) {}

  /**
   * @param url {@code redis://[user:]password@host:port} or {@code rediss://} for TLS
   */
  RedisSender(URI url, Duration timeout) {
    String scheme = url.getScheme();
    if (url.getHost() == null || !("redis".equals(scheme) || "rediss".equals(scheme))) {
      throw new IllegalArgumentException("the URL of Redis must be like redis://host:port");
    }
    this.url = url;
    this.timeoutMillis = (int) timeout.toMillis();
  }

  /**
   * Adds all of them.
   *
   * @throws IOException if one of them was not confirmed; some may have been added all the same
   */
  void send(List<RoleEventEntry> entries, List<String> streams) throws IOException {
    try {
      Connection to = connection == null ? connect() : connection;
      connection = to;
      for (int i = 0; i < entries.size(); i++) {
        RoleEventEntry entry = entries.get(i);
        command(
            to.out(),
            "XADD",
            streams.get(i),
            "*",
            RoleEventEntry.EVENT,
            entry.event(),
            RoleEventEntry.CREDENTIAL,
            entry.credentialId(),
            RoleEventEntry.SIGNATURE,
            entry.signature());
      }
      to.out().flush();
      String refused = null;
      for (int i = 0; i < entries.size(); i++) {
        String refusal = answer(to.in());
        refused = refusal == null ? refused : refusal;
      }
      if (refused != null) {
        throw new IOException("Redis refused: " + refused);
      }
    } catch (IOException | RuntimeException | Error e) {
      close(); // or the next batch would take the answers of this one for its own
      throw e;
    }
  }

  private Connection connect() throws IOException {
    int port = url.getPort() < 0 ? 6379 : url.getPort();
    Socket socket = new Socket();
    try {
      socket.connect(new InetSocketAddress(url.getHost(), port), timeoutMillis);
      socket.setSoTimeout(timeoutMillis);
      socket.setTcpNoDelay(true);
      if ("rediss".equals(url.getScheme())) {
        socket = secured(socket, url.getHost(), port);
      }
      Connection made =
          new Connection(
              socket,
              new BufferedInputStream(socket.getInputStream()),
              new BufferedOutputStream(socket.getOutputStream(), 1 << 16));
      String user = url.getRawUserInfo();
      if (user != null) {
        authenticate(made, user);
      }
      return made;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private static Socket secured(Socket plain, String host, int port) throws IOException {
    SSLSocket socket =
        (SSLSocket)
            ((SSLSocketFactory) SSLSocketFactory.getDefault())
                .createSocket(plain, host, port, true);
    SSLParameters parameters = socket.getSSLParameters();
    // Without it any trusted certificate would do, whoever's it is.
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  private static void authenticate(Connection to, String userInfo) throws IOException {
    int colon = userInfo.indexOf(':');
    String user = colon <= 0 ? "" : decoded(userInfo.substring(0, colon));
    String password = decoded(userInfo.substring(colon + 1));
    if (user.isEmpty()) {
      command(to.out(), "AUTH", password);
    } else {
      command(to.out(), "AUTH", user, password);
    }
    to.out().flush();
    String refusal = answer(to.in());
    if (refusal != null) {
      throw new IOException("Redis refused to let us in: " + refusal);
    }
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static void command(OutputStream out, String... words) throws IOException {
    out.write(("*" + words.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
    for (String word : words) {
      byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
      out.write(("$" + bytes.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
      out.write(bytes);
      out.write('\r');
      out.write('\n');
    }
  }

  /** Returns what Redis has against it; null when nothing. */
  private static @Nullable String answer(InputStream in) throws IOException {
    String line = line(in);
    if (line.startsWith("-")) {
      return line.substring(1);
    }
    if (line.startsWith("$")) {
      int length = Integer.parseInt(line.substring(1));
      in.skipNBytes(Math.max(0, length) + 2L);
      return length < 0 ? "nothing was added" : null;
    }
    return line.startsWith("+") ? null : "an answer of another kind: " + line;
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\r'; next = in.read()) {
      if (next < 0) {
        throw new EOFException("Redis closed the connection");
      }
      if (line.length() == LONGEST_LINE) {
        throw new IOException("Redis answers with a line without end");
      }
      line.append((char) next);
    }
    in.skipNBytes(1);
    return line.toString();
  }

  @Override
  public void close() {
    Connection closed = connection;
    connection = null;
    if (closed != null) {
      try {
        closed.socket().close();
      } catch (IOException e) {
        System.getLogger(RedisSender.class.getName())
            .log(System.Logger.Level.DEBUG, "closing the connection to Redis failed", e);
      }
    }
  }
}
