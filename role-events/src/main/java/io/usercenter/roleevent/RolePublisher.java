package io.usercenter.roleevent;

import io.usercenter.id.UserId;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Tells the user center what happens to the characters of one game server. Offering an event costs
 * some microseconds and never waits: it goes into a file of fixed size, and a daemon thread sends
 * what is there, by Redis or, while that is away, over HTTP. What was accepted is sent at least
 * once, after {@code kill -9} too, by the next publisher with the same spool.
 *
 * <pre>{@code
 * RolePublisher roles =
 *     RolePublisher.builder()
 *         .serverId("s1")
 *         .serviceCredential(System.getenv("UC_CREDENTIAL_ID"), System.getenv("UC_CREDENTIAL_SECRET"))
 *         .redis(URI.create("redis://10.0.0.5:6379"))
 *         .userCenter(URI.create("https://id.example.com"))
 *         .spool(Path.of("/var/lib/game/role-events"))
 *         .build();
 * if (!roles.updated(userId, roleId, revision, picture).accepted()) {
 *   alarm();
 * }
 * }</pre>
 *
 * <p>One per process and spool; {@link #close()} it at the end. Thread safe.
 */
public final class RolePublisher implements AutoCloseable {
  private static final System.Logger log = System.getLogger(RolePublisher.class.getName());
  private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  /** While one way works, the other is tried again now and then. */
  private static final Duration REDIS_AGAIN_AFTER = Duration.ofSeconds(2);

  private final ServerId serverId;
  private final int serverEpoch;
  private final RoleEventKey key;
  private final Spool spool;
  private final @Nullable RedisSender redis;
  private final @Nullable UserCenterHttp http;
  private final int batchSize;
  private final Rejections rejections;
  private final InstantSource clock;
  private final Thread sender;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition news = lock.newCondition();
  private final Condition empty = lock.newCondition();

  /** Never signalled: closing interrupts. */
  private final Condition again = lock.newCondition();

  private final LongAdder accepted = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder sentByRedis = new LongAdder();
  private final LongAdder sentByHttp = new LongAdder();
  private final LongAdder rejected = new LongAdder();
  private volatile boolean closed;
  private volatile @Nullable String trouble;
  private Instant redisAgainAt = Instant.MIN;

  /** Whether something was thrown since it went well last. Of the sending thread. */
  private boolean failing;

  private RolePublisher(Builder settings, InstantSource clock, SecureRandom random)
      throws IOException {
    this.serverId = Objects.requireNonNull(settings.serverId, "set serverId");
    String id = Objects.requireNonNull(settings.credentialId, "set serviceCredential");
    String secret = Objects.requireNonNull(settings.secret, "set serviceCredential");
    this.serverEpoch = settings.serverEpoch;
    this.key = RoleEventKey.of(id, secret);
    this.redis = settings.redis == null ? null : new RedisSender(settings.redis, settings.timeout);
    this.http =
        settings.userCenter == null
            ? null
            : new UserCenterHttp(settings.userCenter, id, secret, settings.timeout);
    if (redis == null && http == null) {
      throw new IllegalStateException("set redis, userCenter or both");
    }
    this.batchSize = settings.batchSize;
    this.rejections = settings.rejections;
    this.clock = clock;
    Path folder = Objects.requireNonNull(settings.spool, "set spool");
    Files.createDirectories(folder);
    byte[] suffix = new byte[6];
    random.nextBytes(suffix);
    String publisher = "p-" + HexFormat.of().formatHex(suffix);
    this.spool =
        Spool.open(
            folder.resolve("role-events.spool"),
            settings.spoolBytes,
            publisher,
            RolePublisher::numberOf);
    if (spool.waiting() > 0) {
      log.log(
          System.Logger.Level.INFO,
          "{0} role events of the process before are still to be sent",
          spool.waiting());
    }
    this.sender = new Thread(this::send, "role-publisher");
    this.sender.setDaemon(true);
  }

  /** Hears of events that the user center will never apply. */
  @FunctionalInterface
  public interface Rejections {
    /**
     * Called by the thread that sends. What it throws is logged, and the event is done.
     *
     * @param reason see {@code docs/role-sync.md}
     */
    void rejected(String event, String reason, String detail);
  }

  /** Begins to describe one. */
  public static Builder builder() {
    return new Builder();
  }

  /** A character was made. */
  public Offer created(UserId user, RoleId role, long revision, RolePicture picture) {
    return offer(RoleEvent.Type.ROLE_CREATED, user, role, revision, picture);
  }

  /** A character changed; the picture is the whole of it. */
  public Offer updated(UserId user, RoleId role, long revision, RolePicture picture) {
    return offer(RoleEvent.Type.ROLE_UPDATED, user, role, revision, picture);
  }

  /** A character was entered. */
  public Offer loggedIn(UserId user, RoleId role, long revision, @Nullable RolePicture picture) {
    return offer(RoleEvent.Type.ROLE_LOGGED_IN, user, role, revision, picture);
  }

  /** A character was deleted; the picture is what it was last. */
  public Offer deleted(UserId user, RoleId role, long revision, @Nullable RolePicture picture) {
    return offer(RoleEvent.Type.ROLE_DELETED, user, role, revision, picture);
  }

  /**
   * @throws InvalidRoleEventException if a value breaks a rule; nothing was accepted
   */
  private Offer offer(
      RoleEvent.Type type, UserId user, RoleId role, long revision, @Nullable RolePicture picture) {
    if (closed) {
      return new Offer.Closed();
    }
    int shard = user.shard().number();
    RoleEvent event =
        new RoleEvent(
            "unnumbered",
            type,
            serverId,
            user,
            role,
            new RoleVersion(serverEpoch, revision),
            clock.instant(),
            picture,
            null);
    if (!spool.add(shard, number -> RoleEvents.write(numbered(event, shard, number)))) {
      refused.increment();
      return new Offer.SpoolFull(spool.waiting(), spool.bytes(), spool.capacity());
    }
    accepted.increment();
    if (lock.tryLock()) { // whoever sends looks again anyway
      try {
        news.signal();
      } finally {
        lock.unlock();
      }
    }
    return new Offer.Accepted();
  }

  private RoleEvent numbered(RoleEvent event, int shard, long number) {
    return new RoleEvent(
        spool.publisher() + ":" + shard + ":" + number,
        event.type(),
        event.serverId(),
        event.userId(),
        event.roleId(),
        event.version(),
        event.occurredAt(),
        event.picture(),
        new FeedPosition(spool.publisher(), number));
  }

  private static Spool.@Nullable Given numberOf(String text) {
    if (RoleEvents.parse(text) instanceof ParsedRoleEvent.Valid valid) {
      FeedPosition position = valid.event().position();
      if (position != null) {
        return new Spool.Given(valid.event().userId().shard().number(), position.number());
      }
    }
    return null;
  }

  /**
   * How it goes.
   *
   * @param accepted since the start
   * @param refused because the spool was full
   * @param rejected that the user center will never apply
   * @param waiting events in the spool
   * @param waitingBytes of them
   * @param trouble why nothing can be sent; null while it can
   */
  public record Stats(
      long accepted,
      long refused,
      long sentByRedis,
      long sentByHttp,
      long rejected,
      long waiting,
      long waitingBytes,
      @Nullable String trouble) {}

  /** Counts, for your metrics. */
  public Stats stats() {
    return new Stats(
        accepted.sum(),
        refused.sum(),
        sentByRedis.sum(),
        sentByHttp.sum(),
        rejected.sum(),
        spool.waiting(),
        spool.bytes(),
        trouble);
  }

  /** Waits until all is sent, at most so long; whether it is. */
  public boolean flush(Duration atMost) throws InterruptedException {
    long left = atMost.toNanos();
    lock.lock();
    try {
      news.signal();
      while (spool.waiting() > 0 && left > 0) {
        left = empty.awaitNanos(left);
      }
      return spool.waiting() == 0;
    } finally {
      lock.unlock();
    }
  }

  /** Accepts no more, ends the sending; what is not sent stays in the spool for the next one. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    sender.interrupt();
    try {
      sender.join();
      spool.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      log.log(System.Logger.Level.WARNING, "closing the spool of role events failed", e);
    }
    if (redis != null) {
      redis.close();
    }
  }

  private void send() {
    Duration pause = SHORTEST_PAUSE;
    try {
      while (!closed) {
        if (sendNext()) {
          pause = SHORTEST_PAUSE;
        } else {
          pauseFor(pause);
          Duration twice = pause.multipliedBy(2);
          pause = twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
        }
      }
    } catch (InterruptedException e) {
      log.log(System.Logger.Level.DEBUG, "the sending of role events ends");
    }
  }

  /** Sends what comes next, or waits for it a moment. Returns whether all is well. */
  private boolean sendNext() throws InterruptedException {
    try {
      List<Spool.Entry> batch = spool.peek(batchSize);
      if (batch.isEmpty()) {
        awaitNews(SHORTEST_PAUSE);
        return true;
      }
      String why = sent(batch.stream().map(Spool.Entry::text).toList());
      if (why != null) {
        wentWrong(why);
        return false;
      }
      spool.removed(batch.get(batch.size() - 1).end(), batch.size());
      wentWell();
      return true;
    } catch (RuntimeException | Error e) { // no other thread would send what is in the spool
      failed(e);
      return false;
    }
  }

  private void awaitNews(Duration atMost) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = atMost.toNanos();
      while (spool.waiting() == 0 && left > 0) {
        empty.signalAll();
        left = news.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  private void pauseFor(Duration pause) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = pause.toNanos();
      while (left > 0) {
        left = again.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Logs only the first of a run: it is tried again every few seconds. */
  private void failed(Throwable thrown) {
    boolean first = !failing;
    failing = true;
    trouble = "failed";
    try {
      trouble = "failed: " + thrown;
      if (first) {
        log.log(
            System.Logger.Level.ERROR, "sending role events failed, and is tried again", thrown);
      }
    } catch (RuntimeException | Error e) { // telling of it needs memory too
      failing = !first;
    }
  }

  private void wentWell() {
    failing = false;
    if (trouble != null) {
      trouble = null;
      log.log(System.Logger.Level.INFO, "role events can be sent again");
    }
  }

  private void wentWrong(String why) {
    if (trouble == null) {
      log.log(
          System.Logger.Level.WARNING,
          "role events cannot be sent and wait in the spool: {0}",
          why);
    }
    trouble = why;
  }

  /** Returns why not; null when all of them are done. */
  private @Nullable String sent(List<String> events) throws InterruptedException {
    String why = "";
    Instant now = clock.instant();
    if (redis != null && (http == null || !now.isBefore(redisAgainAt))) {
      try {
        redis.send(
            events.stream()
                .map(text -> new RoleEventEntry(text, key.credentialId(), key.sign(text)))
                .toList(),
            events.stream().map(RolePublisher::streamOf).toList());
        sentByRedis.add(events.size());
        return null;
      } catch (IOException e) {
        why = "Redis: " + e.getMessage();
        redisAgainAt = now.plus(REDIS_AGAIN_AFTER);
      }
    }
    if (http == null) {
      return why;
    }
    try {
      post(http, events);
      return null;
    } catch (IOException e) {
      return why.isEmpty() ? String.valueOf(e.getMessage()) : why + "; " + e.getMessage();
    }
  }

  /** What was added here was written here, so the user id stands in it. */
  private static String streamOf(String event) {
    return RoleEventEntry.streamOf(RoleEvents.userOf(event).shard());
  }

  private void post(UserCenterHttp to, List<String> events)
      throws IOException, InterruptedException {
    ObjectNode body = UserCenterHttp.JSON.createObjectNode();
    ArrayNode list = body.putArray("events");
    events.forEach(event -> list.add(UserCenterHttp.JSON.readTree(event)));
    JsonNode results;
    try {
      results = to.post("/server/v1/role-events", body).path("results");
    } catch (UserCenterHttp.RefusedException e) {
      if (!e.isForGood() && !(e.isTooLarge() && events.size() > 1)) {
        throw e;
      }
      if (events.size() == 1) {
        reject(events.get(0), "REFUSED", String.valueOf(e.getMessage()));
        return;
      }
      for (String event : events) { // one of them is at fault, or they are too many
        post(to, List.of(event));
      }
      return;
    }
    if (results.size() != events.size()) {
      throw new IOException("%d events got %d results".formatted(events.size(), results.size()));
    }
    List<String> postponed = new ArrayList<>();
    for (int i = 0; i < events.size(); i++) {
      JsonNode result = results.get(i);
      switch (result.path("status").asString("")) {
        case "REJECTED" ->
            reject(
                events.get(i),
                result.path("reason").asString(""),
                result.path("detail").asString(""));
        case "POSTPONED" -> postponed.add(events.get(i));
        default -> sentByHttp.increment();
      }
    }
    // To the end of the queue: a shard that is away keeps no others waiting.
    for (String event : postponed) {
      if (!spool.add(event)) {
        throw new IOException("a shard is away, and the spool is full");
      }
    }
    if (postponed.size() == events.size()) {
      pauseFor(SHORTEST_PAUSE.multipliedBy(5));
    }
  }

  private void reject(String event, String reason, String detail) {
    rejected.increment();
    try {
      rejections.rejected(event, reason, detail);
    } catch (RuntimeException | Error e) { // sending it again would not help the one who threw
      log.log(System.Logger.Level.ERROR, "who hears of rejected role events failed", e);
    }
  }

  /** Describes a publisher. */
  public static final class Builder {
    private @Nullable ServerId serverId;
    private int serverEpoch;
    private @Nullable String credentialId;
    private @Nullable String secret;
    private @Nullable URI redis;
    private @Nullable URI userCenter;
    private @Nullable Path spool;
    private int spoolBytes = 64 << 20;
    private int batchSize = 200;
    private Duration timeout = Duration.ofSeconds(5);
    private Rejections rejections =
        (event, reason, detail) ->
            log.log(System.Logger.Level.WARNING, "role event rejected, {0}: {1}", reason, detail);

    private Builder() {}

    /** Which game server tells. Required. */
    public Builder serverId(String id) {
      this.serverId = new ServerId(id);
      return this;
    }

    /** Raised by one whenever the game server was set back to an older state; default 0. */
    public Builder serverEpoch(int epoch) {
      if (epoch < 0) {
        throw new IllegalArgumentException("serverEpoch must be 0 or more, was " + epoch);
      }
      this.serverEpoch = epoch;
      return this;
    }

    /** Who vouches for the events. Required. */
    public Builder serviceCredential(String id, String itsSecret) {
      this.credentialId = id;
      this.secret = itsSecret;
      return this;
    }

    /** {@code redis://[user:]password@host:port}, or {@code rediss://} with TLS. */
    public Builder redis(URI url) {
      this.redis = url;
      return this;
    }

    /** {@code https://id.example.com}: used while Redis is away, or always without it. */
    public Builder userCenter(URI url) {
      this.userCenter = url;
      return this;
    }

    /** A folder on a local disk that outlives the process. Required. */
    public Builder spool(Path folder) {
      this.spool = folder;
      return this;
    }

    /** Size of the spool: 64 KiB to 1 GiB, default 64 MiB, which holds about 150,000 events. */
    public Builder spoolBytes(int bytes) {
      if (bytes < 1 << 16 || bytes > 1 << 30) {
        throw new IllegalArgumentException("spoolBytes must be 65536 to 1073741824, was " + bytes);
      }
      this.spoolBytes = bytes;
      return this;
    }

    /** How many events are sent at once: 1 to 500, default 200. */
    public Builder batchSize(int events) {
      if (events < 1 || events > 500) {
        throw new IllegalArgumentException("batchSize must be 1 to 500, was " + events);
      }
      this.batchSize = events;
      return this;
    }

    /** For connecting and for one answer: 100 ms to 1 min, default 5 s. */
    public Builder timeout(Duration longest) {
      if (longest.compareTo(Duration.ofMillis(100)) < 0
          || longest.compareTo(Duration.ofMinutes(1)) > 0) {
        throw new IllegalArgumentException("timeout must be 100 ms to 1 min, was " + longest);
      }
      this.timeout = longest;
      return this;
    }

    /** Who hears of events that are rejected; default the log. */
    public Builder onRejected(Rejections hears) {
      this.rejections = hears;
      return this;
    }

    /**
     * Opens the spool and begins to send what is in it.
     *
     * @throws IOException if the spool cannot be used
     * @throws IllegalStateException if something required was not set
     */
    public RolePublisher build() throws IOException {
      RolePublisher publisher;
      try {
        publisher = new RolePublisher(this, InstantSource.system(), new SecureRandom());
      } catch (NullPointerException e) {
        throw new IllegalStateException(String.valueOf(e.getMessage()), e);
      }
      publisher.sender.start();
      return publisher;
    }
  }
}
