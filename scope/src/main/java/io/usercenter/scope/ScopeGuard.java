package io.usercenter.scope;

import io.usercenter.shard.ShardVisits;
import io.usercenter.shard.StatementGuard;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Refuses what an operator's request must not ask. A statement that names a scoped table passes
 * when it binds the proof of a scope that this operator has, or when it is about one account, or
 * one game server, that such a statement of the same request has found. It reads texts and
 * parameters as they are sent, below the mappers, and rewrites nothing.
 */
public final class ScopeGuard implements StatementGuard {
  /** Rows of one account, or one batch of bans: they may follow once that was found. */
  public static final Set<String> OF_AN_ACCOUNT =
      Set.of(
          "user", "session", "ban", "user_identity", "account_note", "ban_batch", "ban_batch_item");

  /** Rows of one game server: they may follow once the server was found. */
  public static final Set<String> OF_A_SERVER = Set.of("ticket_key", "service_credential");

  /** Rows that each need the scope, whatever was found before. */
  public static final Set<String> BY_THEMSELVES =
      Set.of("role", "role_locator", "parked_role", "role_feed", "rejected_role_event");

  private static final Set<String> FOLLOWING =
      java.util.stream.Stream.of(OF_AN_ACCOUNT, OF_A_SERVER)
          .flatMap(Set::stream)
          .collect(Collectors.toUnmodifiableSet());

  /** Comments and texts say nothing about tables. */
  private static final Pattern NOISE =
      Pattern.compile("/\\*.*?\\*/|--[^\\n]*|'(?:[^']|'')*'", Pattern.DOTALL);

  private static final Pattern WORD = Pattern.compile("[A-Za-z_][A-Za-z0-9_$]*");

  private final Set<String> proofs;
  private final Set<String> found = ConcurrentHashMap.newKeySet();
  private final AtomicInteger trusted = new AtomicInteger();

  private ScopeGuard(Set<String> proofs) {
    this.proofs = proofs;
  }

  /** Guards the request of this thread from now on: of an operator who has these scopes. */
  public static void begin(Collection<Scope> scopes) {
    Set<String> proofs = scopes.stream().map(Scope::proof).collect(Collectors.toSet());
    proofs.add(Scope.NOTHING.proof()); // whoever lacks a permission is shown nothing of it
    ShardVisits.guardBy(new ScopeGuard(proofs));
  }

  /**
   * A statement with the scope has found this account or this game server: what is keyed by it may
   * follow. Does nothing in requests of others.
   *
   * @param key a user id or a server id
   */
  public static void found(Object key) {
    if (ShardVisits.currentGuard() instanceof ScopeGuard guard) {
      guard.found.add(key.toString());
    }
  }

  /**
   * Runs work on what was found with the scope, in code that knows nothing of operators and does
   * not answer what it reads. Each call is one more place to look at when something leaks.
   */
  public static <T, E extends Exception> T trusting(Work<T, E> work) throws E {
    if (ShardVisits.currentGuard() instanceof ScopeGuard guard) {
      guard.trusted.incrementAndGet();
      try {
        return work.run();
      } finally {
        guard.trusted.decrementAndGet();
      }
    }
    return work.run();
  }

  /** What is trusted. */
  @FunctionalInterface
  public interface Work<T, E extends Exception> {
    T run() throws E;
  }

  @Override
  public void judge(String sql, Collection<Object> parameters) {
    if (trusted.get() > 0) {
      return;
    }
    boolean following = false;
    boolean byItself = false;
    Matcher words = WORD.matcher(NOISE.matcher(sql).replaceAll(" "));
    while (words.find()) {
      String word = words.group().toLowerCase(Locale.ROOT);
      following |= FOLLOWING.contains(word);
      byItself |= BY_THEMSELVES.contains(word);
    }
    if (!following && !byItself) {
      return;
    }
    for (Object parameter : parameters) {
      String text = parameter.toString();
      if (proofs.contains(text) || (!byItself && found.contains(text))) {
        return;
      }
    }
    throw new UnscopedStatementException(
        "an operator's request sent a statement without his scope: " + sql.strip());
  }
}
