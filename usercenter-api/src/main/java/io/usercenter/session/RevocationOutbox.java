package io.usercenter.session;

import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.platform.Redis;
import io.usercenter.shard.ShardHealth;
import io.usercenter.shard.ShardPools;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
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
public final class RevocationOutbox implements SmartLifecycle {
  private static final Duration LOOK_FOR_LEFTOVERS = Duration.ofSeconds(2);
  private static final Duration FORGET_OLD = Duration.ofMinutes(1);
  private static final Logger log = LoggerFactory.getLogger(RevocationOutbox.class);

  private final OutboxMapper mapper;
  private final Announcer announcer;
  private final RevocationStream stream;
  private final ShardPools pools;
  private final Redis redis;
  private final ObjectMapper json;
  private final InstantSource clock;
  private final BlockingQueue<Shard> waiting = new LinkedBlockingQueue<>();
  private volatile boolean running;

  RevocationOutbox(
      OutboxMapper mapper,
      Announcer announcer,
      RevocationStream stream,
      ShardPools pools,
      Redis redis,
      ObjectMapper json,
      InstantSource clock) {
    this.mapper = mapper;
    this.announcer = announcer;
    this.stream = stream;
    this.pools = pools;
    this.redis = redis;
    this.json = json;
    this.clock = clock;
  }

  /** Notes the fact in the transaction of the caller; it is announced once that has committed. */
  void add(UserId user, Fact fact) {
    mapper.insert(
        user, MySqlOutboxRows.KIND, json.writeValueAsString(fact), Instant.parse(fact.at()));
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
    return stream.append(List.of(json.writeValueAsString(fact)));
  }

  /** The generation of the feed, another one each time it was lost; empty when Redis is away. */
  public Optional<String> generation() {
    return stream.told().map(RevocationStream.Told::generation);
  }

  /**
   * Tells verifiers that a ticket key is compromised. The caller keeps that, tries again until it
   * is told, and tells it again in another generation.
   *
   * @return false when Redis is away
   */
  public boolean announceTicketKey(String serverId, int epoch, Instant at) {
    return announce(Fact.ofTicketKey(serverId, epoch, at));
  }

  private void announceAll() {
    Instant nextLook = clock.instant();
    Instant nextForget = nextLook;
    while (running) {
      try {
        Set<Shard> shards = new LinkedHashSet<>();
        Shard first = waiting.poll(LOOK_FOR_LEFTOVERS.toMillis(), TimeUnit.MILLISECONDS);
        if (first != null) {
          shards.add(first);
          waiting.drainTo(shards);
        }
        boolean look = !clock.instant().isBefore(nextLook);
        if (look) {
          shards.addAll(shardsUp());
          nextLook = clock.instant().plus(LOOK_FOR_LEFTOVERS);
        }
        if (redis.isAvailable()) {
          shards.forEach(announcer::announce);
          if (look) {
            announcer.tellAgain(shards);
          }
        }
        if (!clock.instant().isBefore(nextForget)) {
          shardsUp().forEach(announcer::forgetOld);
          nextForget = clock.instant().plus(FORGET_OLD);
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
