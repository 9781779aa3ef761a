package io.usercenter.faults;

import io.usercenter.roleevent.RoleId;
import io.usercenter.roleevent.RolePicture;
import io.usercenter.roleevent.RoleReconciler;
import io.usercenter.roleevent.RoleSnapshot;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Brings faults about, one after the other, under one load, and compares after each. */
final class FaultRun {
  private static final Duration RECOVERS_WITHIN = Duration.ofMinutes(2);
  private static final Duration QUIET = Duration.ofSeconds(2);

  /** A service that has just started is slow to give its first answers. */
  private static final int RUNS_FROM = 20;

  private static final int CHECKERS = 4;

  private final Installation installation;
  private final Load load;
  private final Directory directory;
  private final Duration before;
  private final int logins;
  private final Random random;

  /**
   * @param before how long the load runs undisturbed before each fault
   * @param logins how many players are tried after each fault; all others are looked up only
   */
  FaultRun(Installation installation, Load load, Duration before, int logins, long seed) {
    this.installation = installation;
    this.load = load;
    this.directory = new Directory(installation.mysql());
    this.before = before;
    this.logins = logins;
    this.random = new Random(seed);
  }

  Outcome run(Fault fault) throws Exception {
    Tally tally = load.begin();
    Waiting.until("the load runs", RECOVERS_WITHIN, () -> tally.acknowledgements() >= RUNS_FROM);
    Waiting.pass(before);
    int inFlight = tally.inFlight();
    fault.begin().on(installation);
    Waiting.pass(fault.lasts());
    Map<String, Long> told = toldRoles();
    long ended = System.nanoTime();
    fault.end().on(installation);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      // A Redis that forgot needs the game server's help.
      Future<@Nullable Duration> roles =
          threads.submit(() -> fault.forgets() ? null : awaitRoles(told, ended));
      boolean calm =
          Waiting.holds(
              RECOVERS_WITHIN,
              () -> Waiting.since(Math.max(ended, tally.lastFailure())).compareTo(QUIET) > 0);
      Duration served = Duration.ofNanos(Math.max(ended, tally.lastFailure()) - ended);
      int reconciled = fault.forgets() ? reconcile() : 0;
      @Nullable Duration complete = fault.forgets() ? awaitRoles(told, ended) : roles.get();
      return new Outcome(
          fault, inFlight, tally, lost(), reconciled, calm ? served : null, complete);
    }
  }

  private Map<String, Long> toldRoles() {
    Map<String, Long> told = new HashMap<>();
    for (Player player : load.players()) {
      if (player.role() > 0) {
        told.put(player.roleId(), player.role());
      }
    }
    return told;
  }

  /** How long it took until the directory had at least this; null when it never came. */
  private @Nullable Duration awaitRoles(Map<String, Long> told, long since) {
    boolean there = Waiting.holds(RECOVERS_WITHIN, () -> missing(told).isEmpty());
    return there ? Waiting.since(since) : null;
  }

  private List<String> missing(Map<String, Long> told) {
    Map<String, Long> roles = directory.read().roles();
    List<String> missing = new ArrayList<>();
    told.forEach(
        (role, revision) -> {
          long found = roles.getOrDefault(role, 0L);
          if (found < revision) {
            missing.add("%s has revision %d instead of %d".formatted(role, found, revision));
          }
        });
    return missing;
  }

  /** As a game server does that was told of a loss; gives how many characters had been lost. */
  private int reconcile() throws Exception {
    return new RoleReconciler(
            URI.create(installation.instances().getFirst().base()),
            installation.credentialId(),
            installation.secret(),
            Load.SERVER,
            0)
        .run(this::snapshots, true)
        .differences()
        .size();
  }

  private List<RoleSnapshot> snapshots() {
    List<RoleSnapshot> snapshots = new ArrayList<>();
    for (Player player : load.players()) {
      long revision = player.role();
      if (revision > 0) {
        snapshots.add(
            new RoleSnapshot(
                player.id(),
                new RoleId(player.roleId()),
                revision,
                null,
                new RolePicture(player.name(), (int) revision, "", 0, "")));
      }
    }
    return snapshots;
  }

  /** Everything that was acknowledged until now and is not there. */
  private List<String> lost() throws InterruptedException, ExecutionException {
    List<Player> players = new ArrayList<>(load.players());
    Map<String, Long> told = toldRoles();
    List<String> lost = new ArrayList<>();
    Directory.Content content = directory.read();
    for (Player player : players) {
      if (!player.name().equals(content.names().get(player.id().value()))) {
        lost.add("account " + player.name());
      }
    }
    content.doubles().forEach(twice -> lost.add("twice there: " + twice));
    if (!Waiting.holds(RECOVERS_WITHIN, () -> missing(told).isEmpty())) {
      lost.addAll(missing(told));
    }
    lost.addAll(notAsAcknowledged(players));
    return lost;
  }

  private List<String> notAsAcknowledged(List<Player> players)
      throws InterruptedException, ExecutionException {
    Collections.shuffle(players, random);
    List<Player> some = players.subList(0, Math.min(logins, players.size()));
    try (ExecutorService threads = Executors.newFixedThreadPool(CHECKERS)) {
      List<Future<Boolean>> answers = new ArrayList<>();
      for (Player player : some) {
        long seed = random.nextLong();
        answers.add(threads.submit(() -> load.isAsAcknowledged(player, new Random(seed))));
      }
      List<String> wrong = new ArrayList<>();
      for (int i = 0; i < some.size(); i++) {
        if (!answers.get(i).get()) {
          Player player = some.get(i);
          wrong.add(
              "%s, %s, is not"
                  .formatted(player.name(), player.isBanned() ? "banned" : "not banned"));
        }
      }
      return wrong;
    }
  }
}
