package io.usercenter.platform;

import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.usercenter.redis.RedisServers;
import io.usercenter.trace.Step;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.redisson.Redisson;
import org.redisson.api.RScript;
import org.redisson.api.RedissonClient;
import org.redisson.client.RedisException;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;
import org.redisson.config.ConstantDelay;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Redis as this service uses it: helpful when it is there, never waited for when it is not. After a
 * few failures in a row it is left alone for a second at a time.
 */
public final class Redis implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Redis.class);

  private final RedissonClient client;
  private final CircuitBreaker breaker;

  Redis(Settings settings, MeterRegistry meters) {
    // Few connections, pipelined: 8 carry two to three times what Redisson's default of 64 does on
    // small machines. The delay of a retry is also how long a command may wait to be sent, twice:
    // with less, a burst of a few dozen commands looks like a Redis that is away.
    Config config =
        RedisServers.parse(settings.url())
            .config(
                new RedisServers.Manners(
                    settings.connections(),
                    2,
                    settings.connectTimeout(),
                    settings.timeout(),
                    1,
                    new ConstantDelay(settings.timeout().dividedBy(2))));
    client = Redisson.create(config);
    breaker =
        CircuitBreaker.of(
            "redis",
            CircuitBreakerConfig.custom()
                .slidingWindowSize(10)
                .minimumNumberOfCalls(3)
                .failureRateThreshold(50)
                .waitDurationInOpenState(Duration.ofSeconds(1))
                .permittedNumberOfCallsInHalfOpenState(1)
                .build());
    breaker
        .getEventPublisher()
        .onStateTransition(
            event -> {
              switch (event.getStateTransition().getToState()) {
                case OPEN -> log.warn("Redis does not answer; going on without it");
                case CLOSED -> log.info("Redis answers again");
                default -> log.debug("Redis: {}", event.getStateTransition());
              }
            });
    Gauge.builder(
            "uc.redis.available", breaker, b -> b.getState() == CircuitBreaker.State.CLOSED ? 1 : 0)
        .description("1 while Redis is used, 0 while the service goes on without it")
        .register(meters);
  }

  /**
   * Asks Redis something.
   *
   * @param what a word or two for the log and for traces; nothing that was sent
   * @return the answer, or empty when Redis is away or has none
   */
  public <T> Optional<T> ask(String what, Function<RedissonClient, T> question) {
    try (Step step = Step.begin("redis", what)) {
      try {
        return Optional.ofNullable(breaker.executeSupplier(() -> question.apply(client)));
      } catch (CallNotPermittedException e) {
        step.failed(e);
        return Optional.empty();
      } catch (RedisException | CompletionException e) { // Redisson throws either for one failure
        step.failed(e);
        log.debug("Redis: {} failed: {}", what, e.toString());
        return Optional.empty();
      }
    }
  }

  /**
   * Runs a Lua script, which Redis runs alone: what it looks at nobody else changes meanwhile.
   *
   * @param keys all in one slot
   * @return the answer, or empty when Redis is away
   */
  public <T> Optional<T> run(
      String what,
      String script,
      RScript.ReturnType answer,
      List<Object> keys,
      List<Object> arguments) {
    return ask(
        what,
        asked ->
            asked
                .getScript(StringCodec.INSTANCE)
                .eval(RScript.Mode.READ_WRITE, script, answer, keys, arguments.toArray()));
  }

  /** Tells Redis something. False when Redis is away. */
  public boolean tell(String what, java.util.function.Consumer<RedissonClient> order) {
    return ask(
            what,
            c -> {
              order.accept(c);
              return true;
            })
        .isPresent();
  }

  /** Calls back whenever Redis came back after it was away. */
  public void onReturn(Runnable callback) {
    breaker
        .getEventPublisher()
        .onStateTransition(
            event -> {
              if (event.getStateTransition().getToState() == CircuitBreaker.State.CLOSED) {
                callback.run();
              }
            });
  }

  /** Whether the last calls went through. */
  public boolean isAvailable() {
    return breaker.getState() == CircuitBreaker.State.CLOSED;
  }

  @Override
  public void close() {
    client.shutdown();
  }

  /**
   * Where Redis is.
   *
   * @param url one server, sentinels or a cluster, as {@link RedisServers} reads it
   * @param connections how many to keep; default 8
   * @param connectTimeout default 1 s
   * @param timeout for an answer; default 300 ms
   */
  @ConfigurationProperties(prefix = "usercenter.redis", ignoreUnknownFields = false)
  record Settings(
      @DefaultValue("redis://127.0.0.1:6379") String url,
      @DefaultValue("8") int connections,
      @DefaultValue("1s") Duration connectTimeout,
      @DefaultValue("300ms") Duration timeout) {
    Settings {
      try {
        var _ = RedisServers.parse(url);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("usercenter.redis.url " + e.getMessage(), e);
      }
      Bounds.require("usercenter.redis.connections", connections, 1, 64);
      Bounds.require(
          "usercenter.redis.connect-timeout",
          connectTimeout,
          Duration.ofMillis(10),
          Duration.ofMinutes(1));
      Bounds.require(
          "usercenter.redis.timeout", timeout, Duration.ofMillis(10), Duration.ofMinutes(1));
    }

    @Override
    public String toString() {
      return "Settings[url=[REDACTED], connections=" + connections + ", timeout=" + timeout + "]";
    }
  }
}
