package io.usercenter.session;

import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.platform.Redis;
import io.usercenter.shard.ShardHealth;
import io.usercenter.shard.ShardPools;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.redisson.api.BatchOptions;
import org.redisson.api.RBatch;
import org.redisson.api.RedissonClient;
import org.redisson.api.stream.StreamAddArgs;
import org.redisson.api.stream.StreamMessageId;
import org.redisson.client.codec.StringCodec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import tools.jackson.databind.ObjectMapper;

/**
 * Carries revocations from the transaction that decided them into the feed. The row in {@code
 * outbox} commits with the decision, so a crash or an absent Redis delays the news and never loses
 * it. Announcing twice is harmless.
 *
 * <p>One thread announces. The request that decided only wakes it: it still holds its connection
 * then, and taking a second one from the same pool could freeze the pool.
 */
final class RevocationOutbox implements SmartLifecycle {
  static final String STREAM = "uc:revocations";
  static final String FIELD = "r";
  private static final String KIND = "REVOCATION";
  private static final int BATCH = 500;
  private static final Duration LOOK_FOR_LEFTOVERS = Duration.ofSeconds(2);
  private static final Logger log = LoggerFactory.getLogger(RevocationOutbox.class);

  private final OutboxMapper mapper;
  private final ShardPools pools;
  private final Redis redis;
  private final ObjectMapper json;
  private final InstantSource clock;
  private final Duration keep;
  private final BlockingQueue<Shard> waiting = new LinkedBlockingQueue<>();
  private volatile boolean running;

  /**
   * @param keep how long an entry stays in the stream: longer than any access token lives
   */
  RevocationOutbox(
      OutboxMapper mapper,
      ShardPools pools,
      Redis redis,
      ObjectMapper json,
      InstantSource clock,
      Duration keep) {
    this.mapper = mapper;
    this.pools = pools;
    this.redis = redis;
    this.json = json;
    this.clock = clock;
    this.keep = keep;
  }

  /** Notes the fact in the transaction of the caller; it is announced once that has committed. */
  void add(UserId user, Fact fact) {
    mapper.insert(user, KIND, json.writeValueAsString(fact), Instant.parse(fact.at()));
    TransactionSynchronizationManager.registerSynchronization(
        new TransactionSynchronization() {
          @Override
          public void afterCommit() {
            waiting.add(user.shard());
          }
        });
  }

  /**
   * Announces what is kept in another database, where the caller finds it again.
   *
   * @return false when Redis is away
   */
  boolean announce(Fact fact) {
    return redis.tell(
        "announce a withdrawn key",
        client -> send(client, Map.of(0L, json.writeValueAsString(fact))));
  }

  private void announceAll() {
    Instant nextLook = clock.instant();
    while (running) {
      try {
        Set<Shard> shards = new LinkedHashSet<>();
        Shard first = waiting.poll(LOOK_FOR_LEFTOVERS.toMillis(), TimeUnit.MILLISECONDS);
        if (first != null) {
          shards.add(first);
          waiting.drainTo(shards);
        }
        if (!clock.instant().isBefore(nextLook)) {
          shards.addAll(shardsUp());
          nextLook = clock.instant().plus(LOOK_FOR_LEFTOVERS);
        }
        if (redis.isAvailable()) {
          shards.forEach(this::announce);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (RuntimeException e) {
        log.error("announcing revocations failed; the rows stay in the outbox", e);
      }
    }
  }

  private Set<Shard> shardsUp() {
    Set<Shard> up = new LinkedHashSet<>();
    for (ShardHealth.Row row : pools.health().shards()) {
      if (row.condition().up()) {
        up.add(row.shard());
      }
    }
    return up;
  }

  private void announce(Shard shard) {
    try (Connection connection = pools.of(shard).getConnection()) {
      Map<Long, String> facts = read(connection);
      if (!facts.isEmpty() && redis.tell("announce revocations", client -> send(client, facts))) {
        delete(connection, facts);
      }
    } catch (SQLException e) {
      log.warn("revocations of shard {} wait to be announced: {}", shard, e.getMessage());
    }
  }

  private void send(RedissonClient client, Map<Long, String> facts) {
    // Entries older than any token are trimmed as we go; the stream cannot only grow.
    StreamMessageId oldest = new StreamMessageId(clock.instant().minus(keep).toEpochMilli());
    RBatch batch = client.createBatch(BatchOptions.defaults());
    for (String fact : facts.values()) {
      var _ =
          batch
              .<String, String>getStream(STREAM, StringCodec.INSTANCE)
              .addAsync(StreamAddArgs.entry(FIELD, fact).trimNonStrict().minId(oldest).noLimit());
    }
    var _ = batch.execute();
  }

  private static Map<Long, String> read(Connection connection) throws SQLException {
    Map<Long, String> facts = new LinkedHashMap<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT seq, payload FROM outbox WHERE kind = ? ORDER BY seq LIMIT " + BATCH)) {
      select.setString(1, KIND);
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          facts.put(rows.getLong(1), rows.getString(2));
        }
      }
    }
    return facts;
  }

  private static void delete(Connection connection, Map<Long, String> facts) throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement("DELETE FROM outbox WHERE seq = ?")) {
      for (Long seq : facts.keySet()) {
        delete.setLong(1, seq);
        delete.addBatch();
      }
      delete.executeBatch();
    }
  }

  @Override
  public void start() {
    running = true;
    Thread.ofVirtual().name("revocation-outbox").start(this::announceAll);
  }

  @Override
  public void stop() {
    running = false;
  }

  @Override
  public boolean isRunning() {
    return running;
  }
}
