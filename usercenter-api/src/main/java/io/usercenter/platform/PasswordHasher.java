package io.usercenter.platform;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.springframework.security.crypto.argon2.Argon2PasswordEncoder;
import org.springframework.security.crypto.password.PasswordEncoder;

/**
 * Hashes and checks passwords on threads of its own, as many as there are processors. Who would
 * have to wait too long is turned away at once (HTTP 503), so that the queue, and with it memory,
 * is bounded.
 */
public final class PasswordHasher implements AutoCloseable {
  private static final int SALT_BYTES = 16;
  private static final int HASH_BYTES = 32;

  private final PasswordEncoder encoder;
  private final java.util.concurrent.ExecutorService threads;
  private final int parallel;
  private final Duration maxWait;
  private final AtomicInteger waiting = new AtomicInteger();
  private final Timer timer;
  private final String nobodysHash;

  PasswordHasher(PasswordSettings settings, MeterRegistry meters) {
    encoder =
        new Argon2PasswordEncoder(
            SALT_BYTES, HASH_BYTES, 1, settings.memoryKib(), settings.iterations());
    parallel =
        settings.threads() == 0 ? Runtime.getRuntime().availableProcessors() : settings.threads();
    threads =
        Executors.newFixedThreadPool(
            parallel, Thread.ofPlatform().daemon().name("password-hash-", 0).factory());
    maxWait = settings.maxWait();
    timer = Timer.builder("uc.password.hash").description("one Argon2id hash").register(meters);
    Gauge.builder("uc.password.queue", waiting, AtomicInteger::get)
        .description("password hashes running or waiting")
        .register(meters);
    nobodysHash = encode("nobody has this password");
  }

  /** Hashes a new password into a PHC string. */
  public String hash(String password) {
    return onThreads(() -> encode(password));
  }

  /** Whether the password is the one that was hashed. */
  public boolean matches(String password, String hash) {
    return onThreads(() -> timer.record(() -> encoder.matches(password, hash)));
  }

  /** Takes as long as {@link #matches}, for a name that does not exist. */
  public void matchNobody(String password) {
    var _ = matches(password, nobodysHash);
  }

  private String encode(String password) {
    String hash = timer.record(() -> encoder.encode(password));
    if (hash == null) {
      throw new IllegalStateException("no hash was made");
    }
    return hash;
  }

  private <T> T onThreads(Supplier<T> work) {
    int ahead = waiting.getAndIncrement();
    try {
      double expectedMs = timer.mean(TimeUnit.MILLISECONDS) * (ahead - parallel + 1) / parallel;
      if (expectedMs > maxWait.toMillis()) {
        throw busy(ahead);
      }
      Future<T> result = threads.submit(work::get);
      try {
        return result.get(maxWait.toMillis() * 2, TimeUnit.MILLISECONDS);
      } catch (java.util.concurrent.TimeoutException e) {
        result.cancel(false);
        throw busy(ahead);
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("hashing a password failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw busy(ahead);
    } finally {
      waiting.decrementAndGet();
    }
  }

  private ApiException busy(int ahead) {
    return new ApiException(
            ErrorCode.PASSWORD_HASHING_BUSY,
            "%d logins are ahead of this one, more than %d ms of work"
                .formatted(ahead, maxWait.toMillis()))
        .retryAfter(maxWait);
  }

  @Override
  public void close() {
    threads.shutdown();
  }
}
