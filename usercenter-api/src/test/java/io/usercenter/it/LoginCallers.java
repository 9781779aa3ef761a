package io.usercenter.it;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * Players who log in, as a process of their own: what they cost is not what the service costs.
 * Prints how many got in, were turned away (503) and got anything else.
 */
final class LoginCallers {
  private static final int MOST_AT_ONCE = 2_000;

  private final HttpClient client = HttpClient.newHttpClient();
  private final LongAdder in = new LongAdder();
  private final LongAdder turnedAway = new LongAdder();
  private final Map<String, LongAdder> other = new ConcurrentHashMap<>();
  private final AtomicInteger number = new AtomicInteger();
  private final URI sessions;
  private final List<String> names;

  private LoginCallers(URI sessions, List<String> names) {
    this.sessions = sessions;
    this.names = names;
  }

  /**
   * Logs in.
   *
   * @param arguments the service's address; seconds; {@code callers} that come again when they were
   *     answered, or logins {@code per-second} whatever the answers; how many; the names
   */
  public static void main(String... arguments) throws InterruptedException {
    LoginCallers callers =
        new LoginCallers(
            URI.create(arguments[0] + "/v1/sessions"),
            List.of(arguments).subList(4, arguments.length));
    Duration time = Duration.ofSeconds(Long.parseLong(arguments[1]));
    double many = Double.parseDouble(arguments[3]);
    long start = System.nanoTime();
    if (arguments[2].equals("callers")) {
      callers.closed((int) many, start, time);
    } else {
      callers.open(many, start, time);
    }
    System.out.println(callers.in + " " + callers.turnedAway + " " + callers.failed());
    if (!callers.other.isEmpty()) {
      System.err.println("failed: " + callers.other);
    }
    System.exit(0);
  }

  private long failed() {
    return other.values().stream().mapToLong(LongAdder::sum).sum();
  }

  private void failed(String how) {
    other.computeIfAbsent(how, _ -> new LongAdder()).increment();
  }

  private void closed(int callers, long start, Duration time) {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < callers; i++) {
        threads.execute(
            () -> {
              while (System.nanoTime() - start < time.toNanos()) {
                login();
              }
            });
      }
    }
  }

  private void open(double perSecond, long start, Duration time) throws InterruptedException {
    Semaphore room = new Semaphore(MOST_AT_ONCE);
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    for (long i = 0; ; i++) {
      long due = start + (long) (i * 1e9 / perSecond);
      LockSupport.parkNanos(due - System.nanoTime());
      if (System.nanoTime() - start > time.toNanos()) {
        return;
      }
      room.acquire();
      threads.execute(
          () -> {
            login();
            room.release();
          });
    }
  }

  private void login() {
    String name = names.get(Math.floorMod(number.getAndIncrement(), names.size()));
    HttpRequest request =
        HttpRequest.newBuilder(sessions)
            .header("Content-Type", "application/json")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    """
                    {"grant":"password","username":"%s","password":"%s"}\
                    """
                        .formatted(name, Client.PASSWORD)))
            .build();
    try {
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      switch (answer.statusCode()) {
        case 200 -> in.increment();
        case 503 -> turnedAway.increment();
        default -> failed(answer.statusCode() + " " + answer.body());
      }
    } catch (IOException e) {
      failed(e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
