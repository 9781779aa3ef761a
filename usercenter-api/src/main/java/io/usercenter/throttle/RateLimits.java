package io.usercenter.throttle;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.usercenter.platform.ApiException;
import io.usercenter.platform.Caller;
import io.usercenter.platform.CallerGate;
import io.usercenter.platform.ClientAddresses;
import io.usercenter.platform.ErrorCode;
import io.usercenter.platform.Open;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;

/**
 * Refuses who asks too often. A caller with credentials is counted once they are known to be his,
 * so nobody can use up what belongs to another one; who needs none is counted by his network. Every
 * answer says how much is left (draft-ietf-httpapi-ratelimit-headers-10).
 */
public final class RateLimits implements HandlerInterceptor, CallerGate {
  private static final Duration CLOSED = Duration.ofSeconds(1);

  private final Counters shared;
  private final Counters own;
  private final LimitSettings settings;
  private final ClientAddresses addresses;
  private final Map<RateLimit, Counter> admitted = new EnumMap<>(RateLimit.class);
  private final Map<RateLimit, Counter> refused = new EnumMap<>(RateLimit.class);
  private final Counter withoutRedis;

  RateLimits(
      Counters shared,
      Counters own,
      LimitSettings settings,
      ClientAddresses addresses,
      MeterRegistry meters) {
    this.shared = shared;
    this.own = own;
    this.settings = settings;
    this.addresses = addresses;
    for (RateLimit limit : RateLimit.values()) {
      admitted.put(limit, requests(meters, limit, "admitted"));
      refused.put(limit, requests(meters, limit, "refused"));
    }
    withoutRedis =
        Counter.builder("uc.limits.without.redis")
            .description("requests that were to be counted in Redis while it was away")
            .register(meters);
  }

  @Override
  public boolean preHandle(
      HttpServletRequest request, HttpServletResponse response, Object handler) {
    if (handler instanceof HandlerMethod method
        && method.hasMethodAnnotation(Open.class)
        && request.getDispatcherType() == DispatcherType.REQUEST) {
      Limited limited = method.getMethodAnnotation(Limited.class);
      pass(limited == null ? RateLimit.OPEN : limited.value(), request, response);
    }
    return true;
  }

  /** Counts a request by its network; see {@link #pass(RateLimit, String, HttpServletResponse)}. */
  public void pass(RateLimit which, HttpServletRequest request, HttpServletResponse response) {
    pass(which, settings.networkOf(addresses.of(request)), response);
  }

  @Override
  public void pass(Caller caller, HttpServletResponse response) {
    pass(RateLimit.of(caller.kind()), caller.id(), response);
  }

  /**
   * Counts a request by something else than its caller or network.
   *
   * @param who whose quota it is; stored as it is, so no name of anybody
   * @param response is told what is left
   * @throws ApiException {@code RATE_LIMITED} when nothing is
   */
  public void pass(RateLimit which, String who, HttpServletResponse response) {
    Limit limit = which.in(settings);
    String key = "uc:rate:" + which.label() + ":" + who;
    Optional<Counters.Taken> taken =
        limit.counting() == Limit.Counting.INSTANCE
            ? own.take(key, limit.quota())
            : shared
                .take(key, limit.quota())
                .or(() -> withoutRedis(limit.counting(), key, limit.quota()));
    taken.ifPresent(t -> tell(which, limit.quota(), t, response));
    if (taken.isPresent() && !taken.get().admitted()) {
      count(refused, which);
      throw new ApiException(
              ErrorCode.RATE_LIMITED,
              "more than %d requests within %d s count as '%s'"
                  .formatted(
                      limit.quota().capacity(), limit.quota().window().toSeconds(), which.label()))
          .retryAfter(taken.get().retryAfter());
    }
    count(admitted, which);
  }

  private static void count(Map<RateLimit, Counter> counters, RateLimit which) {
    Objects.requireNonNull(counters.get(which)).increment();
  }

  private static Counter requests(MeterRegistry meters, RateLimit limit, String outcome) {
    return Counter.builder("uc.limits.requests")
        .description("requests by the limit that they are counted by")
        .tag("limit", limit.label())
        .tag("outcome", outcome)
        .register(meters);
  }

  /** What each limit does while Redis is away. */
  private Optional<Counters.Taken> withoutRedis(Limit.Counting counting, String key, Quota quota) {
    withoutRedis.increment();
    return switch (counting) {
      case SHARED, INSTANCE -> own.take(key, quota);
      case SHARED_OR_OPEN -> Optional.empty();
      case SHARED_OR_CLOSED -> Optional.of(new Counters.Taken(false, 0, CLOSED, CLOSED));
    };
  }

  private static void tell(
      RateLimit which, Quota quota, Counters.Taken taken, HttpServletResponse response) {
    String name =
        '"' + which.label() + '"'; // joined, not formatted: that is done for every request
    response.addHeader( // a request may count by more than one
        "RateLimit-Policy", name + ";q=" + quota.capacity() + ";w=" + quota.window().toSeconds());
    response.addHeader(
        "RateLimit",
        name + ";r=" + taken.remaining() + ";t=" + taken.untilFull().plusMillis(999).toSeconds());
  }
}
