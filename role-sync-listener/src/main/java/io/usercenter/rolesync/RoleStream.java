package io.usercenter.rolesync;

import io.usercenter.id.Shard;
import io.usercenter.roleevent.RoleEventEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.redisson.api.BatchOptions;
import org.redisson.api.RBatch;
import org.redisson.api.RStream;
import org.redisson.api.RStreamAsync;
import org.redisson.api.RedissonClient;
import org.redisson.api.stream.AutoClaimResult;
import org.redisson.api.stream.StreamCreateGroupArgs;
import org.redisson.api.stream.StreamMessageId;
import org.redisson.api.stream.StreamReadGroupArgs;
import org.redisson.client.RedisException;
import org.redisson.client.codec.StringCodec;

/**
 * One of the 32 streams as one consumer sees it. While Redis is away every method throws what
 * {@link #failureOfRedis} knows.
 *
 * <p>An entry is deleted in the transaction that acknowledges it and not before, so the stream
 * holds what is not done yet and nothing else; it needs no trimming that could cut off what nobody
 * has read.
 */
final class RoleStream {
  static final StreamMessageId START = new StreamMessageId(0, 0);

  private final RedissonClient redis;
  private final Shard shard;
  private final String consumer;
  private final RStream<String, String> stream;

  RoleStream(RedissonClient redis, Shard shard, String consumer) {
    this.redis = redis;
    this.shard = shard;
    this.consumer = consumer;
    this.stream = redis.getStream(RoleEventEntry.streamOf(shard), StringCodec.INSTANCE);
  }

  Shard shard() {
    return shard;
  }

  /** Makes the group, and the stream with it, if it is not there. It gets all there is to read. */
  void ensureGroup() {
    try {
      stream.createGroup(StreamCreateGroupArgs.name(RoleEventEntry.GROUP).id(START).makeStream());
    } catch (RedisException e) {
      if (!mentions(e, "BUSYGROUP")) {
        throw e;
      }
    }
  }

  /**
   * What Redis or the way to it said. A thread that waits for another one's connect gets it wrapped
   * in a {@link CompletionException}.
   */
  static Optional<RedisException> failureOfRedis(RuntimeException e) {
    Throwable failure = e instanceof CompletionException ? e.getCause() : e;
    return failure instanceof RedisException ofRedis ? Optional.of(ofRedis) : Optional.empty();
  }

  /** Redis has lost the group: it was restarted without its data, or flushed. */
  static boolean saysNoGroup(RedisException e) {
    return mentions(e, "NOGROUP");
  }

  /** Entries that nobody was given yet, oldest first; does not wait for any. */
  List<StreamEntry> readNew(int count) {
    return entries(
        stream.readGroup(
            RoleEventEntry.GROUP, consumer, StreamReadGroupArgs.neverDelivered().count(count)));
  }

  /**
   * Entries that this consumer was given and that are not done, whether the answer with them came
   * or not; oldest first.
   */
  List<StreamEntry> readGiven(StreamMessageId after, int count) {
    return entries(
        stream.readGroup(
            RoleEventEntry.GROUP, consumer, StreamReadGroupArgs.greaterThan(after).count(count)));
  }

  /**
   * How many entries Redis says that this consumer was given and that are not done. Among them are
   * those that somebody deleted: until version 7, Redis hands their ids over, and does not tell.
   */
  long given() {
    return stream
        .getPendingInfo(RoleEventEntry.GROUP)
        .getConsumerNames()
        .getOrDefault(consumer, 0L);
  }

  /** Entries that a consumer was given so long ago that it is taken for dead; oldest first. */
  List<StreamEntry> takeOver(Duration idle, int count) {
    List<StreamEntry> taken = new ArrayList<>();
    StreamMessageId from = START;
    do {
      AutoClaimResult<String, String> page =
          stream.autoClaim(
              RoleEventEntry.GROUP,
              consumer,
              idle.toMillis(),
              TimeUnit.MILLISECONDS,
              from,
              count - taken.size());
      taken.addAll(entries(page.getMessages()));
      from = page.getNextId();
    } while (taken.size() < count && !from.equals(START));
    return taken;
  }

  /** These are done: acknowledged and deleted together, or neither. */
  void finish(List<StreamEntry> done) {
    if (done.isEmpty()) {
      return;
    }
    StreamMessageId[] ids = done.stream().map(StreamEntry::id).toArray(StreamMessageId[]::new);
    RBatch batch =
        redis.createBatch(
            BatchOptions.defaults().executionMode(BatchOptions.ExecutionMode.IN_MEMORY_ATOMIC));
    RStreamAsync<String, String> both =
        batch.getStream(RoleEventEntry.streamOf(shard), StringCodec.INSTANCE);
    var _ = both.ackAsync(RoleEventEntry.GROUP, ids);
    var _ = both.removeAsync(ids);
    batch.execute();
  }

  /**
   * Takes this consumer out of the group, unless Redis knows of entries that it was given and that
   * are not done: it would forget that, so the consumer stays for others to take over from. What
   * the consumer itself believes to hold does not count, as an answer of Redis can be lost.
   */
  void leave() {
    if (given() == 0) {
      stream.removeConsumer(RoleEventEntry.GROUP, consumer);
    }
  }

  private static List<StreamEntry> entries(Map<StreamMessageId, Map<String, String>> read) {
    List<StreamEntry> entries = new ArrayList<>(read.size());
    read.forEach(
        (id, fields) ->
            entries.add(
                new StreamEntry(
                    id,
                    event(fields),
                    fields.getOrDefault(RoleEventEntry.CREDENTIAL, ""),
                    fields.getOrDefault(RoleEventEntry.SIGNATURE, ""),
                    fields.getOrDefault(RoleEventEntry.TRACE, ""))));
    return entries;
  }

  /** All there is when none is among it, so that somebody can see what it was. */
  private static String event(Map<String, String> fields) {
    String event = fields.get(RoleEventEntry.EVENT);
    return event == null ? fields.toString() : event;
  }

  private static boolean mentions(RedisException e, String code) {
    return e.getMessage() != null && e.getMessage().contains(code);
  }
}
