package io.usercenter.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.usercenter.id.UserId;
import io.usercenter.roleevent.RoleEvent;
import io.usercenter.roleevent.RoleVersion;
import io.usercenter.testkit.Seeds;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Game servers, a stream with a consumer group, and consumers that die, in a world that one seed
 * rules. The rule is the one that ships ({@link RoleRow}); two planted bugs show that the world is
 * bad enough to find them.
 */
class RoleSyncSimulationTest {
  private static final int SEEDS = 2_000;

  @Test
  void everyRoleConvergesAndLevelsNeverDrop() {
    Faults faults = new Faults();
    Seeds.forEach(
        SEEDS, seed -> new World(seed, Rule.PUT_IF_NEWER, Order.WRITE_FIRST, faults).run());
    System.out.println("everything converged: " + faults);
    // A run without faults would prove nothing.
    assertThat(faults.doubled).isGreaterThan(faults.worlds);
    assertThat(faults.reordered).isGreaterThan(faults.worlds);
    assertThat(faults.lostOld).isGreaterThan(faults.worlds / 10);
    assertThat(faults.crashes).isGreaterThan(faults.worlds);
    assertThat(faults.takenOver).isGreaterThan(faults.worlds);
  }

  @Test
  void lastWriterWinsIsFound() {
    isFound(Rule.LAST_WRITER_WINS, Order.WRITE_FIRST, "levels never drop");
  }

  @Test
  void acknowledgingBeforeWritingIsFound() {
    isFound(Rule.PUT_IF_NEWER, Order.ACKNOWLEDGE_FIRST, "both sides agree in the end");
  }

  private static void isFound(Rule rule, Order order, String invariant) {
    Faults faults = new Faults();
    assertThatThrownBy(
            () -> Seeds.forEach(SEEDS, seed -> new World(seed, rule, order, faults).run()))
        .hasMessageContaining(invariant);
    System.out.printf("%s, %s found in world %d: %s%n", rule, order, faults.worlds, invariant);
  }

  private enum Rule {
    PUT_IF_NEWER,
    LAST_WRITER_WINS
  }

  private enum Order {
    WRITE_FIRST,
    ACKNOWLEDGE_FIRST
  }

  private static final class Faults {
    int worlds;
    int doubled;
    int reordered;
    int lostOld;
    int crashes;
    int takenOver;

    @Override
    public String toString() {
      return "%d worlds; events doubled %d, reordered %d, lost %d; crashes %d, taken over %d"
          .formatted(worlds, doubled, reordered, lostOld, crashes, takenOver);
    }
  }

  private static final class World {
    private static final int ROLES = 3;
    private static final int CONSUMERS = 3;

    private final Random random;
    private final Rule rule;
    private final Order order;
    private final Faults faults;
    private final StringBuilder trace = new StringBuilder();

    private final List<RoleEvent> unsent = new ArrayList<>();
    private final Deque<RoleEvent> stream = new ArrayDeque<>();
    private final Map<Integer, List<RoleEvent>> pending = new HashMap<>();
    private final Map<RoleKey, RoleRow> table = new HashMap<>();
    private final Map<RoleKey, RoleRow> truth = new HashMap<>();

    World(long seed, Rule rule, Order order, Faults faults) {
      this.random = new Random(seed);
      this.rule = rule;
      this.order = order;
      this.faults = faults;
      faults.worlds++;
    }

    void run() {
      for (int role = 0; role < ROLES; role++) {
        play(TestEvents.of(new UserId(4096L + 32L * role), "r" + role));
      }
      for (int step = 0; step < 200; step++) {
        switch (random.nextInt(4)) {
          case 0 -> send();
          case 1, 2 -> work(random.nextInt(CONSUMERS), random.nextInt(4) == 0);
          default -> takeOver(random.nextInt(CONSUMERS));
        }
      }
      while (!unsent.isEmpty()) {
        send();
      }
      // In the end somebody lives, and there is time.
      for (int consumer = 0; consumer < CONSUMERS; consumer++) {
        takeOver(0);
      }
      while (!stream.isEmpty() || !pending.getOrDefault(0, List.of()).isEmpty()) {
        work(0, false);
      }
      check("both sides agree in the end", table.equals(truth));
    }

    /** What a game server knows of a character, and the events that tell of it. */
    private void play(TestEvents role) {
      List<RoleEvent> history = new ArrayList<>();
      int level = 1;
      history.add(role.created(1, level));
      for (int revision = 2; revision <= 8; revision++) {
        level += random.nextInt(3);
        history.add(
            switch (random.nextInt(4)) {
              case 0 -> role.loggedIn(revision, 10 * revision, level);
              case 1 -> role.loggedIn(revision - 1, 10 * revision);
              default -> role.updated(revision, level);
            });
      }
      if (random.nextInt(4) == 0) {
        history.add(role.deleted(9));
      }
      RoleRow whole = history.stream().map(RoleRow::of).reduce(RoleRow::with).orElseThrow();
      truth.put(RoleKey.of(history.getFirst()), whole);
      // A picture that a newer one replaces may be lost; a login that nothing repeats may not.
      RoleEvent lost = history.get(random.nextInt(history.size()));
      if (lost.type() != RoleEvent.Type.ROLE_LOGGED_IN
          && whole.version().isNewerThan(lost.version())) {
        history.remove(lost);
        faults.lostOld++;
      }
      for (RoleEvent event : List.copyOf(history)) {
        if (random.nextInt(10) == 0) {
          history.add(random.nextInt(history.size()), event);
          faults.doubled++;
        }
      }
      for (int i = 1; i < history.size(); i++) {
        if (random.nextInt(5) == 0) {
          history.add(random.nextInt(i), history.remove(i));
          faults.reordered++;
        }
      }
      int at = 0;
      for (RoleEvent event : history) {
        at += random.nextInt(unsent.size() - at + 1);
        unsent.add(at++, event);
      }
    }

    private void send() {
      if (!unsent.isEmpty()) {
        stream.add(unsent.removeFirst());
      }
    }

    /** A consumer reads, or goes on with what it holds, and may die at the worst place. */
    private void work(int consumer, boolean dies) {
      List<RoleEvent> held = pending.computeIfAbsent(consumer, _ -> new ArrayList<>());
      while (held.size() < 3 && !stream.isEmpty()) {
        held.add(stream.removeFirst());
      }
      if (held.isEmpty()) {
        return;
      }
      List<RoleEvent> batch = List.copyOf(held);
      trace.append("consumer ").append(consumer).append(dies ? " dies with " : " applies ");
      batch.forEach(e -> trace.append(e.type()).append(e.version()).append(' '));
      trace.append('\n');
      if (order == Order.ACKNOWLEDGE_FIRST) {
        held.clear();
      }
      if (dies) {
        faults.crashes++;
        if (order == Order.ACKNOWLEDGE_FIRST || random.nextBoolean()) {
          return; // before the write
        }
      }
      batch.forEach(this::write);
      if (!dies) {
        held.clear();
      }
    }

    private void takeOver(int by) {
      int from = random.nextInt(CONSUMERS);
      for (int consumer = 0; consumer < CONSUMERS; consumer++) {
        List<RoleEvent> held = pending.get(consumer);
        if (consumer != by && held != null && (by == 0 || consumer == from) && !held.isEmpty()) {
          faults.takenOver += held.size();
          pending.computeIfAbsent(by, _ -> new ArrayList<>()).addAll(held);
          held.clear();
        }
      }
    }

    private void write(RoleEvent event) {
      RoleRow news = RoleRow.of(event);
      RoleRow before = table.get(RoleKey.of(event));
      RoleRow after = before == null ? news : merged(before, news);
      table.put(RoleKey.of(event), after);
      check(
          "levels never drop",
          before == null
              || after.state() == Role.State.DELETED
              || after.picture().level() >= before.picture().level());
      check(
          "the last login never goes back",
          before == null || isNotBefore(after.lastLoginAt(), before.lastLoginAt()));
    }

    private RoleRow merged(RoleRow before, RoleRow news) {
      return switch (rule) {
        case PUT_IF_NEWER -> before.with(news);
        case LAST_WRITER_WINS ->
            new RoleRow(
                news.version().equals(RoleVersion.NONE) ? before.picture() : news.picture(),
                news.state(),
                news.version(),
                RoleRow.later(before.lastLoginAt(), news.lastLoginAt()));
      };
    }

    private static boolean isNotBefore(@Nullable Instant now, @Nullable Instant then) {
      return then == null || (now != null && !now.isBefore(then));
    }

    private void check(String invariant, boolean holds) {
      if (!holds) {
        throw new AssertionError(invariant + "\n" + trace + "table " + table + "\ntruth " + truth);
      }
    }
  }
}
