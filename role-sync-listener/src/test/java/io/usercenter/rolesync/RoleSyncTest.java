package io.usercenter.rolesync;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.role.RoleOutcome;
import io.usercenter.role.RoleOwner;
import io.usercenter.roleevent.RoleEvent;
import io.usercenter.roleevent.RoleEventEntry;
import io.usercenter.roleevent.RoleEventKey;
import io.usercenter.roleevent.RoleEvents;
import io.usercenter.roleevent.ServerId;
import io.usercenter.shard.Shards;
import io.usercenter.testkit.Backends;
import io.usercenter.testkit.MySqlServer;
import io.usercenter.testkit.TraceCollector;
import io.usercenter.trace.TraceSettings;
import io.usercenter.trace.Traces;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.redisson.api.RStream;
import org.redisson.api.RedissonClient;
import org.redisson.api.stream.StreamAddArgs;
import org.redisson.api.stream.StreamConsumer;
import org.redisson.api.stream.StreamMessageId;
import org.redisson.client.RedisConnectionException;
import org.redisson.client.codec.StringCodec;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The running listener on real Redis and MySQL: what is published becomes visible, once and whole.
 */
class RoleSyncTest {
  private static final Shard SHARD = new Shard(11);

  private static TraceCollector collector;
  private static World world;
  private static ConfigurableApplicationContext listener;

  @BeforeAll
  static void start() throws Exception {
    MySqlServer mysql = Backends.mysql();
    world = new World(mysql.address(), mysql.user(), mysql.password(), Backends.redis().url());
    world.migrate();
    world.awaitShards();
    collector = new TraceCollector();
    world.environment().put("UC_TRACES_ENDPOINT", collector.endpoint());
    listener = world.startListener();
  }

  @AfterAll
  static void stop() {
    listener.close();
    world.close();
    collector.close();
  }

  @Test
  void aTraceGoesOnWhereTheEventIsApplied() throws Exception {
    Shard shard = new Shard(9);
    UserId user = world.users(shard, 1).getFirst();
    String trace = "0af7651916cd43dd8448eb211c80319c";

    world.streams.publish(
        List.of(World.atLevel(user, 1)), World.KEY, "00-" + trace + "-b7ad6b7169203331-01");

    Eventually.is(
        "the span of the batch",
        () -> collector.of(trace).stream().anyMatch(RoleSyncTest::isOfABatch));
    TraceCollector.Span batch =
        collector.of(trace).stream().filter(RoleSyncTest::isOfABatch).findFirst().orElseThrow();
    assertThat(batch.parent()).isEqualTo("b7ad6b7169203331");
    assertThat(batch.attributes())
        .containsEntry("usercenter.shard", "9")
        .containsEntry("messaging.batch.message_count", "1");
    assertThat(collector.of(trace))
        .filteredOn(span -> span.parent().equals(batch.id()))
        .extracting(TraceCollector.Span::name)
        .contains("INSERT role");
    assertThat(collector.everything())
        .doesNotContain(user.toString(), World.atLevel(user, 1).roleId().value());
  }

  private static boolean isOfABatch(TraceCollector.Span span) {
    return span.name().equals("apply role events");
  }

  @Test
  void whatIsPublishedBecomesVisibleAndTheCachesAreTold() throws Exception {
    Queue<String> told = new ConcurrentLinkedQueue<>();
    int subscription =
        world
            .redis
            .getTopic("uc:cache-invalidations", StringCodec.INSTANCE)
            .addListener(
                String.class, (channel, message) -> told.addAll(List.of(message.split("\n", -1))));
    List<UserId> users = world.users(SHARD, 3);

    world.publish(users.stream().map(user -> World.atLevel(user, 1)).toList());

    for (UserId user : users) {
      Eventually.is("role of " + user, () -> world.levelOf(user) == 1);
      Eventually.is("invalidation of " + user, () -> told.contains("roles:" + user));
      assertThat(world.directory.byRoleId(World.atLevel(user, 1).roleId())).hasSize(1);
    }
    Eventually.is("nothing left in the stream", () -> world.stream(SHARD).size() == 0);
    assertThat(world.stream(SHARD).getPendingInfo(RoleEventEntry.GROUP).getTotal()).isZero();
    world
        .redis
        .getTopic("uc:cache-invalidations", StringCodec.INSTANCE)
        .removeListener(subscription);
  }

  @Test
  void poisonIsListedWithItsReasonAndStopsNobody() throws Exception {
    Shard shard = new Shard(12);
    UserId user = world.users(shard, 1).getFirst();
    String noLevel = RoleEvents.write(World.atLevel(user, 1)).replace("level", "livel");
    for (String text : List.of("not { json", noLevel, "x".repeat(20_000))) {
      world.stream(shard).add(StreamAddArgs.entry(RoleEventEntry.EVENT, text));
    }
    world.stream(shard).add(StreamAddArgs.entry("other", "field"));
    world.publish(List.of(World.atLevel(user, 2)));

    Eventually.is("the good one", () -> world.levelOf(user) == 2);
    Eventually.is("all done", () -> world.stream(shard).size() == 0);
    Map<String, String> rejected = world.rejected();
    assertThat(rejected.get("not { json")).startsWith("MALFORMED the event is not JSON");
    assertThat(rejected.get(noLevel)).isEqualTo("MALFORMED role.level is missing");
    assertThat(rejected).containsKeys("{other=field}", "x".repeat(16_000));
  }

  @Test
  void whatIsForgedIsListedAndNeverApplied() throws Exception {
    Shard shard = new Shard(17);
    RoleEventKey wrongSecret = RoleEventKey.of(World.KEY.credentialId(), "guessed");
    RoleEventKey unknown = RoleEventKey.of("gs_credential99", "secret");
    RoleEventKey ofOthers = RoleEventKey.of("gs_credential02", "secret");
    RoleEventKey revoked = RoleEventKey.of("gs_credential03", "secret");
    world.credential(ofOthers, "s7,s8");
    world.credential(revoked, "*");
    world.revoke(revoked);
    List<UserId> users = world.users(shard, 6);
    List<RoleEvent> events = users.stream().map(user -> World.atLevel(user, 1)).toList();
    RoleEventEntry good = RoleEventEntry.of(events.get(0), World.KEY);

    world.streams.publish(events.subList(0, 1), wrongSecret, null);
    world.streams.publish(events.subList(1, 2), unknown, null);
    world.streams.publish(events.subList(2, 3), ofOthers, null);
    world.streams.publish(events.subList(3, 4), revoked, null);
    String unsigned = RoleEvents.write(events.get(4));
    world.stream(shard).add(StreamAddArgs.entry(RoleEventEntry.EVENT, unsigned));
    String altered = good.event().replace("\"level\":1", "\"level\":60");
    world.stream(shard)
        .add(
            StreamAddArgs.entries(
                Map.of(
                    RoleEventEntry.EVENT, altered,
                    RoleEventEntry.CREDENTIAL, good.credentialId(),
                    RoleEventEntry.SIGNATURE, good.signature())));
    world.publish(List.of(events.get(5)));

    Eventually.is("the genuine one", () -> world.levelOf(users.get(5)) == 1);
    Eventually.is("all done", () -> world.stream(shard).size() == 0);
    Map<String, String> rejected = world.rejected();
    assertThat(rejected.get(RoleEvents.write(events.get(0))))
        .isEqualTo("FORGED the signature is not that of gs_credential01");
    assertThat(rejected.get(RoleEvents.write(events.get(1))))
        .isEqualTo("FORGED no credential has the id it names");
    assertThat(rejected.get(RoleEvents.write(events.get(2))))
        .isEqualTo("NOT_GRANTED gs_credential02 does not speak for server s1");
    assertThat(rejected.get(RoleEvents.write(events.get(3))))
        .isEqualTo("NOT_GRANTED gs_credential03 has been revoked");
    assertThat(rejected.get(unsigned)).isEqualTo("FORGED it is not signed");
    assertThat(rejected.get(altered))
        .isEqualTo("FORGED the signature is not that of gs_credential01");
    for (UserId user : users.subList(0, 5)) {
      assertThat(world.levelOf(user)).isZero();
    }
  }

  @Test
  void whatComesBeforeItsPlayerWaitsForHim() throws Exception {
    Shard shard = new Shard(18);
    UserId later = World.unknownUser(shard);

    world.publish(List.of(World.atLevel(later, 2), World.atLevel(later, 1)));
    Eventually.is("all done", () -> world.stream(shard).size() == 0);
    assertThat(world.levelOf(later)).isZero();
    Eventually.is("counted", () -> world.store.parked(shard) == 1);
    world.add(later);

    Eventually.is("no longer parked", () -> world.store.parked(shard) == 0);
    assertThat(world.levelOf(later)).isEqualTo(2);
    assertThat(world.directory.byRoleId(World.atLevel(later, 1).roleId()))
        .containsExactly(new RoleOwner(later, new ServerId("s1")));
  }

  @Test
  void aStreamThatAnOperatorPausesWaitsAndTheOthersGoOn() throws Exception {
    Shard paused = new Shard(19);
    Shard other = new Shard(20);
    StreamWorker worker = listener.getBean(RoleSync.class).workers().get(paused.number());
    world.pause(paused, true);
    Eventually.is("paused", () -> worker.state() == StreamWorker.State.PAUSED);
    UserId here = world.users(paused, 1).getFirst();
    UserId there = world.users(other, 1).getFirst();

    world.publish(List.of(World.atLevel(here, 1), World.atLevel(there, 1)));

    Eventually.is("the other stream", () -> world.levelOf(there) == 1);
    assertThat(world.levelOf(here)).isZero();
    assertThat(worker.reason()).isEqualTo("looking at it (alice)");
    world.pause(paused, false);
    Eventually.is("resumed", () -> world.levelOf(here) == 1);
  }

  @Test
  void theEntriesOfAConsumerThatDiedBetweenWriteAndAcknowledgementAreTakenOver() throws Exception {
    Shard shard = new Shard(13);
    UserId written = world.users(shard, 1).getFirst();
    UserId unwritten = world.users(shard, 1).getFirst();
    RoleStream dead = new RoleStream(world.redis, shard, "dead");
    dead.ensureGroup();
    // Sent and read in one go: the running listener must not be faster.
    List<StreamEntry> held = List.of();
    for (int attempt = 0; held.size() < 2; attempt++) {
      assertThat(attempt).isLessThan(10_000);
      world.publish(List.of(World.atLevel(written, 1), World.atLevel(unwritten, 1)));
      held = dead.readNew(2);
    }
    assertThat(world.store.apply(List.of(World.atLevel(written, 1))).getFirst())
        .isIn(new RoleOutcome.Applied(), new RoleOutcome.Superseded());
    world.publish(List.of(World.atLevel(written, 2)));

    Eventually.is("all done", () -> world.stream(shard).size() == 0);
    assertThat(world.levelOf(written)).isEqualTo(2);
    assertThat(world.levelOf(unwritten)).isEqualTo(1);
    assertThat(world.stream(shard).getPendingInfo(RoleEventEntry.GROUP).getTotal()).isZero();
  }

  @Test
  void anEntryDeletedUnderTheListenersFeetDoesNotStopIt() throws Exception {
    Shard shard = new Shard(14);
    UserId user = world.users(shard, 1).getFirst();
    RoleStream dead = new RoleStream(world.redis, shard, "dead");
    dead.ensureGroup();
    List<StreamEntry> held = List.of();
    for (int attempt = 0; held.isEmpty(); attempt++) {
      assertThat(attempt).isLessThan(10_000);
      world.publish(List.of(World.atLevel(user, 1)));
      held = dead.readNew(1);
    }
    StreamMessageId id = held.getFirst().id();
    assertThat(world.stream(shard).remove(id)).isEqualTo(1);

    Eventually.is(
        "nothing pending",
        () -> world.stream(shard).getPendingInfo(RoleEventEntry.GROUP).getTotal() == 0);
    world.publish(List.of(World.atLevel(user, 2)));
    Eventually.is("the next one", () -> world.levelOf(user) == 2);
  }

  @Test
  void aGroupThatRedisLostIsMadeAgain() throws Exception {
    Shard shard = new Shard(15);
    UserId user = world.users(shard, 1).getFirst();
    world.stream(shard).removeGroup(RoleEventEntry.GROUP);

    world.publish(List.of(World.atLevel(user, 1)));

    Eventually.is("role", () -> world.levelOf(user) == 1);
  }

  @Test
  void aConsumerWhoseAnswerWasLostLeavesItsEntriesForTakeover() throws Exception {
    Shard shard = new Shard(16);
    UserId user = world.users(shard, 1).getFirst();
    RoleStream lossy = new RoleStream(world.redis, shard, "lossy");
    lossy.ensureGroup();
    int lost = 0;
    for (int attempt = 0; lost == 0; attempt++) {
      assertThat(attempt).isLessThan(10_000);
      world.publish(List.of(World.atLevel(user, 1)));
      lost = lossy.readNew(1).size();
    }

    lossy.leave();

    Eventually.is("all done", () -> world.stream(shard).size() == 0);
    lossy.leave();
    assertThat(world.stream(shard).listConsumers(RoleEventEntry.GROUP))
        .extracting(StreamConsumer::getName)
        .doesNotContain("lossy");
  }

  @Test
  void aThreadThatWaitedForTheConnectOfAnotherKnowsThatRedisIsAway() throws Exception {
    RedissonClient away = redisWhoseConnectFailedInAnotherThread();
    assertThat(new StreamLag(away, InstantSource.system(), new SimpleMeterRegistry()).measure())
        .isEmpty();
    RoleSyncMeters meters = listener.getBean(RoleSyncMeters.class);
    StopSignal stop = new StopSignal();
    StreamWorker worker =
        new StreamWorker(
            new RoleStream(away, SHARD, "waiting"),
            new RoleBatches(
                world.store,
                new RejectedRoleEvents(world.pools.admin()),
                new Signatures(world.pools.admin(), InstantSource.system(), false),
                new CacheNews(away),
                meters),
            new StreamPauses(world.pools.admin()),
            listener.getBean(RoleSyncProperties.class),
            meters,
            new Semaphore(1),
            stop,
            new Traces(new TraceSettings("", 0), "test", RandomGenerator.getDefault()),
            System::nanoTime);
    Thread thread = Thread.ofVirtual().start(worker);
    Eventually.is("away", () -> worker.state() == StreamWorker.State.REDIS_AWAY);
    assertThat(worker.reason()).isEqualTo("Unable to connect");
    stop.give();
    thread.join();
    assertThat(worker.state()).isEqualTo(StreamWorker.State.STOPPED);
  }

  private static RedissonClient redisWhoseConnectFailedInAnotherThread() {
    InvocationHandler fails =
        (proxy, method, arguments) -> {
          throw new CompletionException(new RedisConnectionException("Unable to connect"));
        };
    ClassLoader loader = RedissonClient.class.getClassLoader();
    Object stream = Proxy.newProxyInstance(loader, new Class<?>[] {RStream.class}, fails);
    return (RedissonClient)
        Proxy.newProxyInstance(
            loader,
            new Class<?>[] {RedissonClient.class},
            (proxy, method, arguments) ->
                method.getName().equals("getStream")
                    ? stream
                    : fails.invoke(proxy, method, arguments));
  }

  @Test
  void healthAndMetricsAreThere() throws Exception {
    Eventually.is("ready", () -> get("/actuator/health/readiness").statusCode() == 200);
    assertThat(get("/actuator/health/liveness").body()).contains("\"status\":\"UP\"");
    UserId user = world.users(SHARD, 1).getFirst();
    RoleEvent event = World.atLevel(user, 1);
    world.publish(List.of(event, event));
    Eventually.is("role", () -> world.levelOf(user) == 1);
    Eventually.is("all done", () -> world.stream(SHARD).size() == 0);

    String metrics = get("/actuator/prometheus").body();

    for (Shard shard : Shards.all()) {
      assertThat(metrics)
          .containsPattern("uc_role_sync_lag_entries\\{.*stream=\"" + shard + "\"")
          .containsPattern("uc_role_sync_lag_seconds\\{.*stream=\"" + shard + "\"")
          .containsPattern("uc_role_sync_working\\{.*stream=\"" + shard + "\".*\\} 1.0");
    }
    assertThat(metrics)
        .containsPattern("uc_role_sync_events_total\\{.*outcome=\"applied\".*\\} [1-9]")
        .containsPattern("uc_role_sync_events_total\\{.*outcome=\"superseded\".*\\} [1-9]")
        .contains("uc_role_sync_batch_size_count", "uc_role_sync_batch_time_seconds_sum");
  }

  private static HttpResponse<String> get(String path) throws Exception {
    int port = listener.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }
}
