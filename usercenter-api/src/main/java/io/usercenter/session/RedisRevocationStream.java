package io.usercenter.session;

import io.usercenter.id.Shard;
import io.usercenter.platform.Redis;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.redisson.api.BatchOptions;
import org.redisson.api.RBatch;
import org.redisson.api.RScript;
import org.redisson.api.RStream;
import org.redisson.api.stream.StreamAddArgs;
import org.redisson.api.stream.StreamMessageId;
import org.redisson.api.stream.StreamReadArgs;
import org.redisson.client.codec.StringCodec;

/**
 * The stream in Redis, and beside it a hash that says what it was told: {@code run} and {@code
 * generation}, and a field for each shard. Both have one hash tag.
 *
 * <p>A generation ends when the hash or the stream is gone (FLUSHALL, a Redis that keeps nothing),
 * and when another Redis process serves them: it may have started from an old snapshot, or be a
 * replica that had not heard everything.
 */
final class RedisRevocationStream implements RevocationStream {
  static final String STREAM = "uc:revocations";
  static final String TOLD = "{uc:revocations}:told";
  static final String FIELD = "r";
  private static final Duration BLOCK = Duration.ofMillis(200);

  /** Returns the generation, then the shards that were told. Begins the next one if it must. */
  private static final String ASK =
      """
      local run = string.match(redis.call('INFO', 'server'), 'run_id:(%w+)') or ''
      if redis.call('HGET', KEYS[2], 'run') ~= run or redis.call('EXISTS', KEYS[1]) == 0 then
        redis.call('DEL', KEYS[2])
        redis.call('HSET', KEYS[2], 'run', run, 'generation', ARGV[1])
        redis.call('XADD', KEYS[1], '*', 'generation', ARGV[1])
      end
      local answer = {redis.call('HGET', KEYS[2], 'generation')}
      for _, field in ipairs(redis.call('HKEYS', KEYS[2])) do
        if field ~= 'run' and field ~= 'generation' then
          answer[#answer + 1] = field
        end
      end
      return answer
      """;

  /** Appends to the generation it is meant for, and notes the shard, in one step. */
  private static final String APPEND_AGAIN =
      """
      if redis.call('HGET', KEYS[2], 'generation') ~= ARGV[1] then
        return 0
      end
      for i = 3, #ARGV do
        redis.call('XADD', KEYS[1], '*', 'r', ARGV[i])
      end
      if ARGV[2] ~= '' then
        redis.call('HSET', KEYS[2], ARGV[2], 'told')
      end
      return 1
      """;

  private final Redis redis;
  private final SecureRandom random;
  private final InstantSource clock;
  private final Duration keep;

  /**
   * @param keep how long an entry stays in the stream: longer than any access token lives
   */
  RedisRevocationStream(Redis redis, SecureRandom random, InstantSource clock, Duration keep) {
    this.redis = redis;
    this.random = random;
    this.clock = clock;
    this.keep = keep;
  }

  @Override
  public Optional<Told> told() {
    byte[] next = new byte[8];
    random.nextBytes(next);
    return redis
        .<List<String>>run(
            "ask what of the revocations is known",
            ASK,
            RScript.ReturnType.LIST,
            List.of(STREAM, TOLD),
            List.of(HexFormat.of().formatHex(next)))
        .map(RedisRevocationStream::told);
  }

  private static Told told(List<String> answer) {
    Set<Shard> shards = new TreeSet<>();
    answer.stream().skip(1).forEach(field -> shards.add(new Shard(Integer.parseInt(field))));
    return new Told(answer.getFirst(), shards);
  }

  @Override
  public boolean append(List<String> facts) {
    return redis.tell(
        "announce revocations",
        client -> {
          // Entries older than any token are trimmed as we go; the stream cannot only grow.
          StreamMessageId oldest = new StreamMessageId(clock.instant().minus(keep).toEpochMilli());
          RBatch batch = client.createBatch(BatchOptions.defaults());
          for (String fact : facts) {
            var _ =
                batch
                    .<String, String>getStream(STREAM, StringCodec.INSTANCE)
                    .addAsync(
                        StreamAddArgs.entry(FIELD, fact).trimNonStrict().minId(oldest).noLimit());
          }
          var _ = batch.execute();
        });
  }

  @Override
  public boolean appendAgain(String generation, Shard shard, List<String> facts, boolean all) {
    List<Object> arguments = new ArrayList<>();
    arguments.add(generation);
    arguments.add(all ? Integer.toString(shard.number()) : "");
    arguments.addAll(facts);
    return redis
        .<Long>run(
            "tell revocations again",
            APPEND_AGAIN,
            RScript.ReturnType.LONG,
            List.of(STREAM, TOLD),
            arguments)
        .filter(done -> done == 1)
        .isPresent();
  }

  @Override
  public Optional<List<Entry>> read(StreamPlace after, int limit) {
    return redis.ask(
        "read revocations",
        client -> {
          RStream<String, String> stream = client.getStream(STREAM, StringCodec.INSTANCE);
          Map<StreamMessageId, Map<String, String>> read =
              stream.read(
                  StreamReadArgs.greaterThan(new StreamMessageId(after.ms(), after.n()))
                      .count(limit)
                      .timeout(BLOCK));
          List<Entry> entries = new ArrayList<>();
          if (read != null) {
            read.forEach(
                (id, fields) ->
                    entries.add(
                        new Entry(
                            new StreamPlace(id.getId0(), id.getId1()),
                            fields.getOrDefault(FIELD, ""))));
          }
          return entries;
        });
  }
}
