package io.usercenter.throttle;

import io.usercenter.platform.Redis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.redisson.api.RScript;

/**
 * Counters in Redis, shared by all instances and timed by the clock of Redis alone. A script runs
 * alone there, so what it looks at nobody else changes. What {@link LocalCounters} says in Java the
 * scripts say in Lua; one contract is run against both.
 *
 * <p>Times are microseconds since 1970, which a double holds exactly until 2255; {@code %.0f} keeps
 * Lua from writing them as 1.7e+15.
 */
final class RedisCounters implements Counters {
  private static final String NOW =
      """
      local time = redis.call('TIME')
      local now = time[1] * 1000000 + time[2]
      """;

  /** After a clock was set back a quota is whole one span from now, and not when it had been. */
  private static final String WHOLE_BEFORE =
      """
      local function wholeBefore(key, span)
        local stored = math.max(tonumber(redis.call('GET', key) or '0'), now)
        if stored > now + span then
          stored = now + span
          redis.call('SET', key, string.format('%.0f', stored), 'PX', math.ceil(span / 1000))
        end
        return stored
      end
      """;

  private static final String TAKE =
      NOW
          + WHOLE_BEFORE
          + """
          local interval, span = tonumber(ARGV[1]), tonumber(ARGV[2])
          local whole = wholeBefore(KEYS[1], span) + interval
          if whole - now > span then
            return {0, now, whole}
          end
          redis.call('SET', KEYS[1], string.format('%.0f', whole), 'PX', math.ceil((whole - now) / 1000))
          return {1, now, whole}
          """;

  /**
   * KEYS: the pair, then the other counters, then when the account was forgiven. ARGV: free, first
   * delay, longest delay, forget after; then of each other counter its interval, its capacity, and
   * its capacity for the first guess of a network.
   */
  private static final String RESERVE =
      NOW
          + WHOLE_BEFORE
          + """
          local free, first, longest = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
          local forget = tonumber(ARGV[4])
          local pair = redis.call('HMGET', KEYS[1], 'wrong', 'at', 'knownUntil')
          local forgiven = tonumber(redis.call('GET', KEYS[#KEYS]) or '0')
          local wrong, at = tonumber(pair[1] or '0'), tonumber(pair[2] or '0')
          local knownUntil = tonumber(pair[3] or '0')
          local known = knownUntil > now
          if now - at > forget or at <= forgiven then
            wrong = 0
          elseif at > now then
            at = now
            redis.call('HSET', KEYS[1], 'at', string.format('%.0f', at))
          end
          local wait, by = 0, 0
          if wrong >= free then
            wait = at + math.min(first * 2 ^ (wrong - free), longest) - now
            by = 1
          end
          local whole = {}
          if not known then
            for i = 2, #KEYS - 1 do
              local interval = tonumber(ARGV[3 * i - 1])
              local capacity, most = tonumber(ARGV[3 * i]), tonumber(ARGV[3 * i + 1])
              whole[i] = wholeBefore(KEYS[i], most * interval) + interval
              local over = whole[i] - now - (wrong == 0 and most or capacity) * interval
              if over > wait then
                wait = over
                by = i
              end
            end
          end
          if wait > 0 then
            return {by, math.ceil(wait)}
          end
          redis.call('HSET', KEYS[1], 'wrong', wrong + 1, 'at', string.format('%.0f', now))
          redis.call('PEXPIRE', KEYS[1], math.ceil(math.max(forget, knownUntil - now) / 1000))
          for i, w in pairs(whole) do
            redis.call('SET', KEYS[i], string.format('%.0f', w), 'PX', math.ceil((w - now) / 1000))
          end
          return {0, known and 1 or 0}
          """;

  /** KEYS as above; ARGV: 1 if it was right, known for, then of each other counter its interval. */
  private static final String SETTLE =
      NOW
          + """
          if ARGV[1] == '1' then
            local knownFor = tonumber(ARGV[2])
            redis.call('DEL', KEYS[1])
            redis.call('HSET', KEYS[1], 'knownUntil', string.format('%.0f', now + knownFor))
            redis.call('PEXPIRE', KEYS[1], math.ceil(knownFor / 1000))
          elseif tonumber(redis.call('HGET', KEYS[1], 'wrong') or '0') > 0 then
            redis.call('HINCRBY', KEYS[1], 'wrong', -1)
          end
          for i = 2, #KEYS do
            local whole = tonumber(redis.call('GET', KEYS[i]) or '0') - tonumber(ARGV[i + 1])
            if whole > now then
              redis.call('SET', KEYS[i], string.format('%.0f', whole), 'PX', math.ceil((whole - now) / 1000))
            else
              redis.call('DEL', KEYS[i])
            end
          end
          return {}
          """;

  /** KEYS: the account, when it was forgiven. ARGV: forget after. */
  private static final String FORGIVE =
      NOW
          + """
          redis.call('DEL', KEYS[1])
          redis.call('SET', KEYS[2], string.format('%.0f', now), 'PX', math.ceil(tonumber(ARGV[1]) / 1000))
          return {}
          """;

  private final Redis redis;
  private final GuessSettings settings;

  RedisCounters(Redis redis, GuessSettings settings) {
    this.redis = redis;
    this.settings = settings;
  }

  @Override
  public Optional<Taken> take(String key, Quota quota) {
    return run(TAKE, List.of(key), List.of(quota.intervalMicros(), quota.spanMicros()))
        .map(
            answer ->
                Taken.of(number(answer, 0) == 1, quota, number(answer, 1), number(answer, 2)));
  }

  @Override
  public Optional<Reservation> reserve(GuessKeys keys) {
    List<GuessKeys.Counter> counters = keys.counters(settings);
    List<Object> arguments = new ArrayList<>();
    arguments.add(settings.free());
    arguments.add(Quota.micros(settings.firstDelay()));
    arguments.add(Quota.micros(settings.longestDelay()));
    arguments.add(Quota.micros(settings.forgetAfter()));
    for (GuessKeys.Counter counter : counters) {
      arguments.add(counter.quota().intervalMicros());
      arguments.add(counter.quota().capacity());
      arguments.add(counter.quota().capacity() + counter.more());
    }
    List<Object> names = keysOf(keys.pair(), counters);
    names.add(GuessKeys.forgivenAt(keys.account()));
    return run(RESERVE, names, arguments)
        .map(answer -> reservation(counters, (int) number(answer, 0), number(answer, 1)));
  }

  private static Reservation reservation(
      List<GuessKeys.Counter> counters, int by, long waitMicros) {
    if (by == 0) {
      return new Reservation.Reserved(waitMicros == 1);
    }
    return new Reservation.Refused(
        by == 1 ? By.PAIR : counters.get(by - 2).by(), Duration.ofNanos(waitMicros * 1000));
  }

  @Override
  public void settle(GuessKeys keys, Reservation.Reserved reserved, Settlement settlement) {
    List<GuessKeys.Counter> counters = reserved.known() ? List.of() : keys.counters(settings);
    List<Object> arguments = new ArrayList<>();
    arguments.add(settlement == Settlement.RIGHT ? 1 : 0);
    arguments.add(Quota.micros(settings.knownFor()));
    counters.forEach(counter -> arguments.add(counter.quota().intervalMicros()));
    // When Redis went meanwhile the guess stays counted as wrong, which is the safe side.
    var _ = run(SETTLE, keysOf(keys.pair(), counters), arguments);
  }

  @Override
  public boolean forgive(String account) {
    return run(
            FORGIVE,
            List.of(account, GuessKeys.forgivenAt(account)),
            List.of(Quota.micros(settings.forgetAfter())))
        .isPresent();
  }

  private static List<Object> keysOf(String pair, List<GuessKeys.Counter> counters) {
    List<Object> all = new ArrayList<>();
    all.add(pair);
    counters.forEach(counter -> all.add(counter.key()));
    return all;
  }

  private Optional<List<Object>> run(String script, List<Object> keys, List<Object> arguments) {
    return redis.run("count", script, RScript.ReturnType.LIST, keys, arguments);
  }

  private static long number(List<Object> answer, int index) {
    return ((Number) answer.get(index)).longValue();
  }
}
