package io.usercenter.session;

import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.platform.Redis;
import io.usercenter.shard.ShardPools;
import io.usercenter.shard.Shards;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.redisson.api.RStream;
import org.redisson.api.stream.StreamAddArgs;
import org.redisson.api.stream.StreamMessageId;
import org.redisson.client.codec.StringCodec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import tools.jackson.databind.ObjectMapper;

/**
 * Carries revocations from the transaction that decided them into the feed. The row in {@code
 * outbox} commits with the decision, so a crash or an absent Redis delays the news and never loses
 * it. Announcing twice is harmless.
 */
final class RevocationOutbox {
  static final String STREAM = "uc:revocations";
  static final String FIELD = "r";
  private static final String KIND = "REVOCATION";
  private static final int BATCH = 500;
  private static final Logger log = LoggerFactory.getLogger(RevocationOutbox.class);

  private final OutboxMapper mapper;
  private final ShardPools pools;
  private final Redis redis;
  private final ObjectMapper json;
  private final InstantSource clock;
  private final Duration keep;

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

  /** Notes the fact in the transaction of the caller and announces it once that has committed. */
  void add(UserId user, Fact fact) {
    mapper.insert(user, KIND, json.writeValueAsString(fact), Instant.parse(fact.at()));
    TransactionSynchronizationManager.registerSynchronization(
        new TransactionSynchronization() {
          @Override
          public void afterCommit() {
            announce(user.shard());
          }
        });
  }

  /** Finds what could not be announced when it happened. */
  @Scheduled(fixedDelay = 2000)
  void announceLeftovers() {
    if (redis.isAvailable()) {
      Shards.all().forEach(this::announce);
    }
  }

  private void announce(Shard shard) {
    try (Connection connection = pools.of(shard).getConnection()) {
      Map<Long, String> facts = read(connection);
      if (facts.isEmpty()) {
        return;
      }
      // Entries older than any token are trimmed as we go; the stream cannot only grow.
      StreamMessageId oldest = new StreamMessageId(clock.instant().minus(keep).toEpochMilli());
      boolean sent =
          redis.tell(
              "announce revocations",
              client -> {
                RStream<String, String> stream = client.getStream(STREAM, StringCodec.INSTANCE);
                for (String fact : facts.values()) {
                  stream.add(
                      StreamAddArgs.entry(FIELD, fact).trimNonStrict().minId(oldest).noLimit());
                }
              });
      if (sent) {
        delete(connection, facts);
      }
    } catch (SQLException e) {
      log.warn("revocations of shard {} wait to be announced: {}", shard, e.getMessage());
    }
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
}
