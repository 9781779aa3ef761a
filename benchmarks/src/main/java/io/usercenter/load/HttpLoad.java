package io.usercenter.load;

import io.usercenter.load.Player.Tokens;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/**
 * Load on a service that runs: {@code ./uc bench load}. In an open loop requests are due at random
 * moments (a Poisson process), whether those before were answered or not, as players come; what is
 * due while all players are busy waits for one of them, and its time counts. In a closed loop each
 * caller waits for his answer.
 */
public final class HttpLoad implements AutoCloseable {
  private static final String PASSWORD = "correct horse battery staple";
  private static final int REGISTERING = 4;
  private static final Duration TOLD_EVERY = Duration.ofSeconds(10);
  private static final double NANOS = 1e9;

  private final LoadPlan plan;
  private final Consumer<String> progress;
  private final Caller caller;
  private final @Nullable String gameServer;
  private final ConcurrentLinkedQueue<Player> free = new ConcurrentLinkedQueue<>();
  private final AtomicLong registered = new AtomicLong(System.currentTimeMillis());

  /** At most as many as are due in all; every one of them is sent. */
  private final ConcurrentLinkedQueue<Due> overdue = new ConcurrentLinkedQueue<>();

  /** A request of an open loop. */
  private record Due(Kind kind, long at) {}

  /**
   * Loads and prints.
   *
   * @param arguments as {@code --help} says; the status is 2 for wrong ones, and 1 when a request
   *     failed
   */
  public static void main(String[] arguments) {
    Locale.setDefault(Locale.ROOT);
    System.exit(
        new CommandLine(new Command())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .execute(arguments));
  }

  /** The command line. */
  @CommandLine.Command(
      name = "./uc bench load",
      description = "Load over HTTP on a service that runs.",
      mixinStandardHelpOptions = true,
      sortOptions = false)
  private static final class Command implements Callable<Integer> {
    @CommandLine.Mixin final LoadPlan plan = new LoadPlan();

    @Override
    public Integer call() throws IOException {
      plan.check();
      try (HttpLoad load = new HttpLoad(plan, HttpLoad::say)) {
        Results results = load.run();
        System.out.printf("%s%n%n%s", plan, results.table());
        return results.failed() == 0 ? 0 : 1;
      } catch (CannotEnterException e) {
        System.err.println(e.getMessage());
        return 1;
      }
    }
  }

  HttpLoad(LoadPlan plan, Consumer<String> progress) throws IOException {
    this.plan = plan;
    this.progress = progress;
    this.gameServer =
        plan.credential == null ? null : Caller.basic(Files.readString(plan.credential).strip());
    this.caller = new Caller(plan.service, plan.players + plan.callers);
  }

  /** Has the players log in, and asks. */
  Results run() {
    progress.accept("%,d players log in ...".formatted(plan.players));
    enter();
    var _ = load(Duration.ofSeconds(plan.warmUp));
    return load(plan.time());
  }

  private void enter() {
    AtomicLong next = new AtomicLong();
    inParallel(
        REGISTERING,
        () -> {
          for (long i = next.getAndIncrement(); i < plan.players; i = next.getAndIncrement()) {
            free.add(entered(plan.prefix + i, address(i)));
          }
        });
  }

  /** Somebody who may have been here before. */
  private Player entered(String name, @Nullable String address) {
    try {
      Caller.Answer answer = register(name, address);
      if (answer.status() == 409) {
        answer = login(name, address);
      }
      if (answer.status() / 100 == 2) {
        return new Player(name, address, Tokens.of(answer));
      }
      throw new CannotEnterException(
          "%s cannot enter: %s %s%s"
              .formatted(
                  name,
                  answer.said(),
                  answer.text("/detail"),
                  answer.status() == 429 ? " See --networks, or raise usercenter.limits." : ""));
    } catch (IOException e) {
      throw new CannotEnterException(name + " cannot enter: " + e);
    }
  }

  /** One of 131,072 that are for benchmarks of networks (RFC 2544, appendix C.2.2). */
  private @Nullable String address(long number) {
    int host = (int) (number % (1 << 17));
    return plan.networks
        ? "198.%d.%d.%d".formatted(18 + (host >> 16), host >> 8 & 0xff, host & 0xff)
        : null;
  }

  private Results load(Duration time) {
    Results results = new Results(time);
    Thread teller = Thread.ofPlatform().daemon().start(() -> tell(results));
    try {
      if (plan.isOpen()) {
        open(results);
      } else {
        inParallel(plan.callers, () -> closed(results));
      }
      return results;
    } finally {
      teller.interrupt();
    }
  }

  /** Who is late sends at once what is overdue, and counts from when it was due. */
  private void open(Results results) {
    RandomGenerator random = new SplittableRandom();
    try (ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor()) {
      double due = System.nanoTime();
      while (true) {
        due += random.nextExponential() / plan.rate * NANOS;
        long at = (long) due;
        if (at >= results.end()) {
          return;
        }
        for (long left = at - System.nanoTime(); left > 0; left = at - System.nanoTime()) {
          LockSupport.parkNanos(left);
        }
        overdue.add(new Due(plan.any(random), at));
        Player player = free.poll();
        if (player == null) {
          results.waited();
        } else {
          requests.execute(() -> askAll(player, results));
        }
      }
    }
  }

  /** What is due, until nothing is. What came while he was about to be free is not left behind. */
  private void askAll(Player first, Results results) {
    for (Player player = first; player != null; player = overdue.isEmpty() ? null : free.poll()) {
      Player asking = player;
      for (Due due = overdue.poll(); due != null; due = overdue.poll()) {
        asking = ask(due.kind, asking, due.at, results);
      }
      free.add(asking);
    }
  }

  private void closed(Results results) {
    RandomGenerator random = new SplittableRandom();
    for (long now = System.nanoTime(); now < results.end(); now = System.nanoTime()) {
      free.add(ask(plan.any(random), free.remove(), now, results));
    }
  }

  /** The player afterwards. A token that ends soon is refreshed rather than checked. */
  private Player ask(Kind wanted, Player player, long due, Results results) {
    Kind kind = wanted == Kind.CHECK && player.tokens().endSoon() ? Kind.REFRESH : wanted;
    try {
      Caller.Answer answer = sent(kind, player);
      if (answer.isLater()) {
        results.turnedAway(kind, answer.said());
        return player;
      }
      if (answer.status() / 100 != 2
          || (kind == Kind.CHECK && !answer.body().at("/active").asBoolean(false))) {
        results.failed(kind, answer.said());
        return player;
      }
      results.good(kind, due);
      return kind == Kind.LOGIN || kind == Kind.REFRESH ? player.with(Tokens.of(answer)) : player;
    } catch (IOException e) {
      results.failed(kind, e.toString());
      return player;
    }
  }

  private Caller.Answer sent(Kind kind, Player player) throws IOException {
    return switch (kind) {
      case REGISTER -> register(plan.prefix + "-" + registered.getAndIncrement(), player.address());
      case LOGIN -> login(player.name(), player.address());
      case REFRESH ->
          caller.post(
              "/v1/sessions:refresh",
              Map.of("refreshToken", player.tokens().refresh()),
              player.address(),
              null);
      case CHECK ->
          caller.post(
              "/server/v1/tokens:introspect",
              Map.of("token", player.tokens().access()),
              null,
              gameServer);
    };
  }

  private Caller.Answer register(String name, @Nullable String address) throws IOException {
    return caller.post(
        "/v1/accounts", Map.of("username", name, "password", PASSWORD), address, null);
  }

  private Caller.Answer login(String name, @Nullable String address) throws IOException {
    return caller.post(
        "/v1/sessions",
        Map.of("grant", "password", "username", name, "password", PASSWORD),
        address,
        null);
  }

  private static void say(String line) {
    System.err.println(line);
  }

  /** Says every ten seconds how it goes. */
  private void tell(Results now) {
    try {
      while (true) {
        Thread.sleep(TOLD_EVERY);
        progress.accept(
            "%,d good (p50 %.1f ms, p99 %.1f ms), %,d turned away, %,d failed"
                .formatted(
                    now.good(),
                    now.percentile(50),
                    now.percentile(99),
                    now.turnedAway(),
                    now.failed()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // it is over
    }
  }

  /** Returns when all are done; throws what one of them threw. */
  private static void inParallel(int threads, Runnable work) {
    List<Future<?>> all = new ArrayList<>();
    try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < threads; i++) {
        all.add(pool.submit(work));
      }
    }
    for (Future<?> one : all) {
      try {
        one.get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      } catch (ExecutionException e) {
        throw e.getCause() instanceof CannotEnterException known
            ? known
            : new IllegalStateException(e.getCause());
      }
    }
  }

  @Override
  public void close() throws IOException {
    caller.close();
  }

  /** A player cannot even log in; the message says what to do. */
  private static final class CannotEnterException extends RuntimeException {
    private static final long serialVersionUID = 1;

    CannotEnterException(String message) {
      super(message);
    }
  }
}
