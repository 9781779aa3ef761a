package io.usercenter.it;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;

/**
 * A game server that checks a token again and again, as a process of its own: it waits for the
 * service, and not for what the service waits for. Prints the median and the 99th percentile of the
 * time that an answer took, in ns.
 */
final class CheckCaller {
  private static final int MOST = 1_000_000;

  private CheckCaller() {}

  /**
   * Checks.
   *
   * @param arguments the service's address; seconds; the {@code Authorization} of the game server;
   *     the token
   */
  public static void main(String... arguments) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(arguments[0] + "/server/v1/tokens:introspect"))
            .header("Authorization", arguments[2])
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString("token=" + arguments[3]))
            .build();
    Duration time = Duration.ofSeconds(Long.parseLong(arguments[1]));
    long[] nanos = new long[MOST];
    try (HttpClient client = HttpClient.newHttpClient()) {
      checks(client, request, time.dividedBy(3), nanos); // until its own code is compiled
      int count = checks(client, request, time, nanos);
      Arrays.sort(nanos, 0, count);
      System.out.println(nanos[count / 2] + " " + nanos[count * 99 / 100]);
    }
  }

  private static int checks(HttpClient client, HttpRequest request, Duration time, long[] nanos)
      throws Exception {
    int count = 0;
    long start = System.nanoTime();
    while (System.nanoTime() - start < time.toNanos() && count < MOST) {
      long before = System.nanoTime();
      int status = client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
      nanos[count++] = System.nanoTime() - before;
      if (status != 200) {
        throw new IllegalStateException("a check was answered with " + status);
      }
    }
    return count;
  }
}
