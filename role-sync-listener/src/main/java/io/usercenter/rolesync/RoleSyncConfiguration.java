package io.usercenter.rolesync;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.usercenter.id.Shard;
import io.usercenter.redis.RedisServers;
import io.usercenter.role.RoleFeeds;
import io.usercenter.role.RoleStore;
import io.usercenter.shard.ShardPools;
import io.usercenter.shard.Shards;
import io.usercenter.trace.TraceSettings;
import io.usercenter.trace.Traces;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.random.RandomGenerator;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;
import org.redisson.config.EqualJitterDelay;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts the listener together. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(TraceSettings.class)
class RoleSyncConfiguration {
  private static final Logger log = LoggerFactory.getLogger(RoleSyncConfiguration.class);

  @Bean
  InstantSource clock() {
    return InstantSource.system();
  }

  @Bean
  Shards shards(DatabaseProperties database) {
    return new Shards(database.geneFunction());
  }

  /** Without migrations: a shard whose schema is not there yet is refused until it is. */
  @Bean
  ShardPools shardPools(DatabaseProperties database, Shards shards, InstantSource clock)
      throws InterruptedException {
    ShardPools pools = ShardPools.open(database.toSettings(), shards, null, clock);
    boolean _ = pools.awaitVerdicts(Duration.ofSeconds(10));
    pools
        .health()
        .notUp()
        .forEach(
            row ->
                log.warn(
                    "shard {} is {}: {}; its stream waits until it is there",
                    row.shard(),
                    row.condition().status(),
                    row.condition().reason()));
    return pools;
  }

  @Bean(destroyMethod = "shutdown")
  RedissonClient redisson(RedisProperties redis) {
    Config config =
        RedisServers.parse(redis.url())
            .config(
                new RedisServers.Manners(
                    redis.connections(),
                    1,
                    redis.timeout(),
                    redis.timeout(),
                    3,
                    new EqualJitterDelay(Duration.ofMillis(50), Duration.ofMillis(200))));
    return Redisson.create(config);
  }

  @Bean
  Traces traces(TraceSettings settings) {
    return new Traces(settings, "role-sync-listener", RandomGenerator.of("L64X128MixRandom"));
  }

  @Bean
  RoleSyncMeters roleSyncMeters(MeterRegistry registry) {
    return new RoleSyncMeters(registry);
  }

  @Bean
  RoleSync roleSync(
      RoleSyncProperties settings,
      ShardPools pools,
      Shards shards,
      RedissonClient redis,
      RoleSyncMeters meters,
      MeterRegistry registry,
      Traces traces,
      InstantSource clock) {
    CacheNews news = new CacheNews(redis);
    RoleStore store =
        new RoleStore(
            pools,
            shards,
            clock,
            user -> news.changed(List.of(user)),
            settings.rememberedCharacters());
    RejectedRoleEvents rejections = new RejectedRoleEvents(pools.admin());
    RoleBatches batches =
        new RoleBatches(
            store,
            rejections,
            new Signatures(pools.admin(), clock, settings.acceptUnsigned()),
            news,
            meters);
    StreamPauses pauses = new StreamPauses(pools.admin());
    String consumer = consumerName();
    Semaphore turns = new Semaphore(settings.parallelism(), true);
    StopSignal stop = new StopSignal();
    List<StreamWorker> workers =
        Shards.all().stream()
            .map(
                shard ->
                    new StreamWorker(
                        new RoleStream(redis, shard, consumer),
                        batches,
                        pauses,
                        settings,
                        meters,
                        turns,
                        stop,
                        traces,
                        System::nanoTime))
            .toList();
    Gauge.builder(
            "uc.role.sync.held",
            workers,
            all -> all.stream().mapToInt(StreamWorker::heldCount).sum())
        .description("entries kept in memory for another try")
        .register(registry);
    for (Shard shard : Shards.all()) {
      StreamWorker worker = workers.get(shard.number());
      Gauge.builder(
              "uc.role.sync.working", worker, w -> w.state() == StreamWorker.State.WORKING ? 1 : 0)
          .description("1 while the stream is worked off by this instance")
          .tag("stream", shard.toString())
          .register(registry);
    }
    log.info("consumer {} of group role-sync", consumer);
    Upkeep upkeep =
        new Upkeep(
            store,
            new RoleFeeds(pools),
            rejections,
            pauses,
            meters,
            settings,
            clock,
            stop,
            registry);
    return new RoleSync(
        workers, upkeep, new StreamLag(redis, clock, registry), meters, settings, stop);
  }

  @Bean
  RoleSyncHealth roleSyncHealthIndicator(RoleSync sync, ShardPools pools) {
    return new RoleSyncHealth(sync, pools);
  }

  @Bean
  WorkersHealth workersHealthIndicator(RoleSync sync) {
    return new WorkersHealth(sync);
  }

  /**
   * Never used twice: what a process leaves behind is taken over, not picked up by its successor.
   */
  private static String consumerName() {
    String host;
    try {
      host = InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      host = "unknown-host";
    }
    return "%s-%d-%s"
        .formatted(
            host, ProcessHandle.current().pid(), UUID.randomUUID().toString().substring(0, 8));
  }
}
