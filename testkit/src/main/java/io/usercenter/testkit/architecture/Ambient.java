package io.usercenter.testkit.architecture;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

/**
 * What code gets handed in instead of taking it from the air, so that a test can decide it. A
 * method reference counts as a use: handing {@code System::nanoTime} in is done at an edge.
 */
public enum Ambient {
  /** Clocks of the system. */
  TIME("ask the time") {
    @Override
    boolean is(String owner, AccessTarget target) {
      String name = target.getName();
      return switch (owner) {
        case "java.lang.System" -> name.equals("currentTimeMillis") || name.equals("nanoTime");
        case "java.time.Clock" -> name.startsWith("system") || name.startsWith("tick");
        case "java.time.InstantSource" -> name.equals("system");
        case "java.util.Date" -> name.equals("<init>") && takes(target, 0);
        case "java.util.Calendar" -> name.equals("getInstance");
        default ->
            owner.startsWith("java.time.")
                && name.equals("now")
                && !takesA(target, "java.time.Clock");
      };
    }
  },

  /** Random numbers that nobody seeds. */
  RANDOMNESS("make random numbers") {
    @Override
    boolean is(String owner, AccessTarget target) {
      String name = target.getName();
      return switch (owner) {
        case "java.lang.Math" -> name.equals("random");
        case "java.util.concurrent.ThreadLocalRandom" -> true;
        case "java.util.UUID" -> name.equals("randomUUID");
        case "java.util.Random", "java.util.SplittableRandom", "java.security.SecureRandom" ->
            name.equals("<init>") || name.startsWith("getInstance");
        case "java.util.random.RandomGenerator", "java.util.random.RandomGeneratorFactory" ->
            name.equals("of") || name.equals("getDefault") || name.equals("create");
        case "java.util.Collections" -> name.equals("shuffle") && takes(target, 1);
        default -> false;
      };
    }
  },

  /** Waiting that no signal ends. */
  SLEEP("sleep") {
    @Override
    boolean is(String owner, AccessTarget target) {
      String name = target.getName();
      return switch (owner) {
        case "java.lang.Thread", "java.util.concurrent.TimeUnit" -> name.equals("sleep");
        case "java.util.concurrent.locks.LockSupport" -> name.startsWith("park");
        default -> false;
      };
    }
  },

  /** New threads and pools of them. */
  THREADS("create threads") {
    @Override
    boolean is(String owner, AccessTarget target) {
      String name = target.getName();
      return switch (owner) {
        case "java.lang.Thread" ->
            name.equals("<init>") || name.startsWith("of") || name.startsWith("startVirtual");
        case "java.util.concurrent.Executors" ->
            name.startsWith("new") || name.equals("defaultThreadFactory");
        case "java.util.Timer",
            "java.util.concurrent.ThreadPoolExecutor",
            "java.util.concurrent.ScheduledThreadPoolExecutor",
            "org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler" ->
            name.equals("<init>");
        case "java.util.concurrent.ForkJoinPool" ->
            name.equals("<init>") || name.equals("commonPool");
        case "java.util.concurrent.CompletableFuture" ->
            name.endsWith("Async") && !takesA(target, "java.util.concurrent.Executor");
        default ->
            name.equals("parallelStream")
                || (owner.startsWith("java.util.stream.") && name.equals("parallel"));
      };
    }
  };

  private final String what;

  Ambient(String what) {
    this.what = what;
  }

  abstract boolean is(String owner, AccessTarget target);

  /**
   * The rule that nobody does it but the edges. An edge that does it no longer is a violation too,
   * so that the list stays true.
   *
   * @param edges full names of top-level classes; their nested classes are meant as well
   */
  public ArchRule onlyIn(String... edges) {
    return ArchRuleDefinition.classes().should(onlyAtEdges(Set.of(edges)));
  }

  private ArchCondition<JavaClass> onlyAtEdges(Set<String> edges) {
    return new ArchCondition<>("not " + what + " by themselves, except " + new TreeSet<>(edges)) {
      private final Set<String> seen = new TreeSet<>();
      private final Set<String> used = new TreeSet<>();

      @Override
      public void init(Collection<JavaClass> all) {
        seen.clear();
        used.clear();
      }

      @Override
      public void check(JavaClass checked, ConditionEvents events) {
        String topLevel = topLevel(checked.getName());
        seen.add(topLevel);
        for (JavaAccess<?> access : checked.getAccessesFromSelf()) {
          if (!is(access.getTargetOwner().getName(), access.getTarget())) {
            continue;
          }
          used.add(topLevel);
          if (!edges.contains(topLevel)) {
            events.add(SimpleConditionEvent.violated(access, access.getDescription()));
          }
        }
      }

      @Override
      public void finish(ConditionEvents events) {
        for (String edge : new TreeSet<>(edges)) {
          if (seen.contains(edge) && !used.contains(edge)) {
            events.add(
                SimpleConditionEvent.violated(
                    edge, edge + " does not " + what + " any more: take it off the list of edges"));
          }
        }
      }
    };
  }

  private static String topLevel(String name) {
    int nested = name.indexOf('$');
    return nested < 0 ? name : name.substring(0, nested);
  }

  private static boolean takes(AccessTarget target, int parameters) {
    return target instanceof AccessTarget.CodeUnitAccessTarget called
        && called.getRawParameterTypes().size() == parameters;
  }

  private static boolean takesA(AccessTarget target, String type) {
    return target instanceof AccessTarget.CodeUnitAccessTarget called
        && called.getRawParameterTypes().stream().anyMatch(t -> t.getName().equals(type));
  }
}
