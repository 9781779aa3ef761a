package io.usercenter.ticket;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.usercenter.platform.Caches;
import io.usercenter.platform.MasterKey;
import io.usercenter.roleevent.ServerId;
import io.usercenter.scope.Scope;
import io.usercenter.scope.ScopeGuard;
import io.usercenter.session.RevocationOutbox;
import io.usercenter.token.ServerTicketKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.scheduling.annotation.Scheduled;

/**
 * The keys that make server tickets, some for each game server. They are derived from the master
 * key; the admin database holds only which there are and when their turns begin. What is known of a
 * server stays in memory, so that tickets are made while that database is away.
 *
 * <p>A server has its first key when it asks for its keys for the first time. From then on there is
 * always one that makes tickets and one that waits for its turn, delivered already. A rotation
 * fixes when that turn is; then every instance changes keys by its own clock, and a difference of
 * clocks does not matter, since game servers accept both.
 */
public final class TicketKeys {
  private static final Logger log = LoggerFactory.getLogger(TicketKeys.class);
  private static final String KIND = "ticket-keys";
  private static final int UNKNOWN_SERVERS = 10_000;

  /** Game servers fetch their keys each hour at least, and then know by themselves. */
  private static final Duration TELL_FOR = Duration.ofHours(2);

  private final TicketKeyMapper mapper;
  private final RevocationOutbox outbox;
  private final Caches caches;
  private final MasterKey master;
  private final InstantSource clock;
  private final TicketSettings settings;

  /** Asked for since the last refresh. */
  private final Set<ServerId> inUse = ConcurrentHashMap.newKeySet();

  /** Servers that have keys; as many as there are game servers. */
  private final Map<ServerId, KeyTurns> known = new ConcurrentHashMap<>();

  /** Names that somebody asked for and that have none: as long as is believed, and not too many. */
  private final Cache<ServerId, Instant> unknown;

  TicketKeys(
      TicketKeyMapper mapper,
      RevocationOutbox outbox,
      Caches caches,
      MasterKey master,
      InstantSource clock,
      TicketSettings settings) {
    this.mapper = mapper;
    this.outbox = outbox;
    this.caches = caches;
    this.master = master;
    this.clock = clock;
    this.settings = settings;
    this.unknown =
        Caffeine.newBuilder()
            .maximumSize(UNKNOWN_SERVERS)
            .expireAfterWrite(settings.reload())
            .build();
    caches.onChange(KIND, server -> forget(new ServerId(server)));
  }

  /** The key that makes tickets now; empty when no such game server has ever asked for its keys. */
  Optional<ServerTicketKey> minting(ServerId server) {
    if (unknown.getIfPresent(server) != null) {
      return Optional.empty();
    }
    KeyTurns turns = turns(server);
    if (!turns.known()) {
      unknown.put(server, turns.readAt());
    }
    return turns.minting(clock.instant()).map(row -> derive(server, row.epoch()));
  }

  /** The keys that the game server needs now and soon. The first time, makes the first two. */
  public List<KeyToDeliver> deliver(ServerId server) {
    KeyTurns turns = turns(server);
    if (!turns.known()) {
      create(server, 0, clock.instant());
      turns = maintained(server);
      caches.announceChange(KIND, server.value());
    }
    KeyTurns found = turns;
    return found.toDeliver(clock.instant()).stream()
        .map(
            row ->
                new KeyToDeliver(
                    row.epoch(),
                    derive(server, row.epoch()),
                    row.mintsFrom(),
                    found.acceptUntil(row)))
        .toList();
  }

  /**
   * All keys that the server ever had, the newest first; none for a server that is not known, or
   * not in scope.
   */
  public List<TicketKey> list(Scope scope, ServerId server) {
    return within(scope, server) ? described(read(server)) : List.of();
  }

  private boolean within(Scope scope, ServerId server) {
    boolean there = mapper.countWithin(server.value(), scope.servers()) > 0;
    if (there) {
      ScopeGuard.found(server);
    }
    return there;
  }

  /** Game servers in scope that have keys, by their ids, from beyond one on; at most so many. */
  public List<ServerWithKeys> servers(Scope scope, String after, int atMost) {
    return mapper.servers(scope.servers(), after, clock.instant(), atMost);
  }

  /**
   * Gives the next key its turn: as soon as every instance knows of it and it was delivered for
   * {@code publish-ahead}. Done again before that moment it changes nothing.
   *
   * @return from when the next key makes tickets; empty for a server that is not known or not in
   *     scope
   */
  public Optional<TicketKey> rotate(Scope scope, ServerId server) {
    return changed(
        scope,
        server,
        turns -> {
          Instant now = now();
          TicketKeyMapper.Row next = nextOf(server, turns, now);
          mapper.mintFrom(server.value(), next.epoch(), turn(next, now));
          log.info("ticket key {} of server {} gets its turn", next.epoch(), server);
          return next.epoch();
        });
  }

  /**
   * Drops a key that somebody else may have: its tickets are refused as soon as the game server
   * hears of it, within a second or so, and the next key makes tickets at once.
   *
   * @return empty when the server has no such key, or is not in scope
   */
  public Optional<TicketKey> compromise(Scope scope, ServerId server, int epoch) {
    return changed(
        scope,
        server,
        turns -> {
          Instant now = now();
          if (turns.rows().stream().noneMatch(row -> row.epoch() == epoch)) {
            return null;
          }
          if (turns.minting(now).filter(row -> row.epoch() == epoch).isPresent()) {
            // First, or for a moment a key of the past would make tickets again.
            mapper.mintFrom(server.value(), nextOf(server, turns, now).epoch(), now);
          }
          if (mapper.compromise(server.value(), epoch, now) == 1) {
            log.warn(
                "ticket key {} of server {} is compromised: no ticket of it is good any more",
                epoch,
                server);
          }
          return ScopeGuard.trusting(
              () -> {
                tellOfCompromised(); // of all servers
                return epoch;
              });
        });
  }

  /** Changes what a known server has, and answers the key of the epoch that the change is about. */
  private Optional<TicketKey> changed(
      Scope scope, ServerId server, Function<KeyTurns, @Nullable Integer> change) {
    if (!within(scope, server)) {
      return Optional.empty();
    }
    KeyTurns turns = maintained(server);
    if (!turns.known()) {
      return Optional.empty();
    }
    Integer epoch = change.apply(turns);
    List<TicketKey> after = described(maintained(server));
    caches.announceChange(KIND, server.value());
    return after.stream().filter(key -> epoch != null && key.epoch() == epoch).findAny();
  }

  private List<TicketKey> described(KeyTurns turns) {
    Instant now = clock.instant();
    return turns.rows().reversed().stream().map(row -> turns.describe(row, now)).toList();
  }

  private TicketKeyMapper.Row nextOf(ServerId server, KeyTurns turns, Instant now) {
    return turns
        .next(now)
        .orElseThrow(
            () -> new IllegalStateException("server " + server + " has no ticket key that waits"));
  }

  /** What is known, read again only when that is so old that a turn may have been missed. */
  private KeyTurns turns(ServerId server) {
    KeyTurns before = known.get(server);
    if (before != null) {
      inUse.add(server);
    }
    if (before != null && before.readAt().plus(settings.notice()).isAfter(clock.instant())) {
      return before;
    }
    try {
      return maintained(server);
    } catch (DataAccessException e) {
      if (before == null) {
        throw e;
      }
      log.warn("ticket keys of {} stay as they are: {}", server, e.getMessage());
      return believeAgain(server, before);
    }
  }

  private KeyTurns believeAgain(ServerId server, KeyTurns before) {
    KeyTurns believed = new KeyTurns(before.rows(), clock.instant());
    known.replace(server, before, believed);
    return believed;
  }

  /** Reads again what was used since the last time, so that no player has to wait for it. */
  @Scheduled(fixedDelayString = "${usercenter.tickets.reload:10s}")
  void refresh() {
    Set<ServerId> used = Set.copyOf(inUse);
    inUse.removeAll(used);
    try {
      used.forEach(this::maintained);
      tellOfCompromised();
    } catch (DataAccessException e) {
      log.warn("ticket keys stay as they are, the admin database is away: {}", e.getMessage());
      inUse.addAll(used);
      for (ServerId server : used) {
        KeyTurns before = known.get(server);
        if (before != null) {
          believeAgain(server, before);
        }
      }
    }
  }

  /** Reads, makes what is missing and plans what is due. Any instance may do it at any time. */
  private KeyTurns maintained(ServerId server) {
    KeyTurns turns = read(server);
    if (!turns.known()) {
      return turns;
    }
    Instant now = now();
    Optional<TicketKeyMapper.Row> next = turns.next(now);
    if (next.isEmpty()) {
      create(server, turns.rows().getLast().epoch() + 1, null);
      turns = read(server);
    } else if (next.get().mintsFrom() == null && isOver(turns, now)) {
      mapper.mintFrom(server.value(), next.get().epoch(), turn(next.get(), now));
      log.info("ticket key {} of server {} gets its turn, as planned", next.get().epoch(), server);
      turns = read(server);
    }
    known.put(server, turns);
    unknown.invalidate(server);
    return turns;
  }

  private boolean isOver(KeyTurns turns, Instant now) {
    return turns
        .minting(now)
        .map(TicketKeyMapper.Row::mintsFrom)
        .filter(from -> !from.plus(settings.rotateEvery()).isAfter(now))
        .isPresent();
  }

  private KeyTurns read(ServerId server) {
    Instant before = clock.instant();
    return new KeyTurns(mapper.of(server.value()), before);
  }

  private void create(ServerId server, int epoch, @Nullable Instant mintsFrom) {
    try {
      mapper.insert(
          server.value(),
          epoch,
          now(),
          mintsFrom == null ? null : mintsFrom.truncatedTo(ChronoUnit.MILLIS));
      log.info("server {} has a ticket key {}", server, epoch);
    } catch (DuplicateKeyException e) {
      log.info("another instance made ticket key {} of server {}", epoch, server);
    }
  }

  /** When the turn of a key is, decided now. */
  private Instant turn(TicketKeyMapper.Row next, Instant now) {
    Instant heard = now.plus(settings.notice());
    Instant delivered = next.createdAt().plus(settings.publishAhead());
    return heard.isAfter(delivered) ? heard : delivered;
  }

  /** Tickets show eight bits of the epoch; the key behind them is another one in every cycle. */
  private ServerTicketKey derive(ServerId server, int epoch) {
    byte[] cycle = master.derive("server tickets v1 " + (epoch >>> 8), "HKDF").getEncoded();
    return ServerTicketKey.derive(cycle, server.value(), epoch & 255);
  }

  private void forget(ServerId server) {
    unknown.invalidate(server);
    known.computeIfPresent(server, (id, turns) -> new KeyTurns(turns.rows(), Instant.MIN));
  }

  /** Again, when the feed was lost since. */
  private void tellOfCompromised() {
    outbox.generation().ifPresent(this::tellOfCompromised);
  }

  private void tellOfCompromised(String generation) {
    for (TicketKeyMapper.Untold key : mapper.untold(now().minus(TELL_FOR), generation)) {
      if (!outbox.announceTicketKey(key.serverId(), key.epoch(), key.compromisedAt())) {
        return;
      }
      mapper.told(key.serverId(), key.epoch(), generation);
    }
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS); // what DATETIME(3) keeps
  }
}
