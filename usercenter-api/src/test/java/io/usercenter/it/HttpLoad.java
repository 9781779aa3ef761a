package io.usercenter.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.testkit.ThisJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Requests of one kind that {@link HttpCallers} send, in a file. */
final class HttpLoad {
  private static final int CONNECTIONS = 8;

  private final Path file;
  private final List<String> options;

  private HttpLoad(Path file, List<String> options) {
    this.file = file;
    this.options = options;
  }

  static HttpLoad of(Path file, List<String> requests) throws IOException {
    return new HttpLoad(
        Files.writeString(file, String.join(HttpCallers.SEPARATOR, requests)), List.of());
  }

  /**
   * One that brings forth the next: the value of a member of the answer takes the place of the one
   * that was sent.
   */
  static HttpLoad chained(Path file, String member, List<String> requests) throws IOException {
    return new HttpLoad(of(file, requests).file, List.of(member));
  }

  /**
   * A POST.
   *
   * @param headers further ones, each with its end of line
   */
  static String post(String path, String headers, String body) {
    return "POST %s HTTP/1.1\r\nHost: localhost\r\n%sContent-Length: %d\r\n\r\n%s"
        .formatted(path, headers, body.length(), body);
  }

  /** A POST of JSON by nobody in particular. */
  static String postJson(String path, String body) {
    return post(path, "Content-Type: application/json\r\n", body);
  }

  /** Sends them from another process for so long; says how many were answered, all by 2xx. */
  long send(Usercenter service, int seconds) throws Exception {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                service.players().base(),
                Integer.toString(seconds),
                Integer.toString(CONNECTIONS),
                file.toString()));
    arguments.addAll(options);
    long[] counts =
        OtherJvm.start(
                List.of(ThisJvm.java(), "-XX:TieredStopAtLevel=1"), HttpCallers.class, arguments)
            .counts();
    assertThat(counts[1]).as("answers that are not 2xx").isZero();
    return counts[0];
  }
}
