package io.usercenter.ban;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The bans of a player that hold at one moment.
 *
 * @param account the ban of the account that lasts longest; null when he may come in
 * @param others of servers and features
 */
public record StandingBans(@Nullable Ban account, List<Ban> others) {

  /** Of a player without any. */
  public static final StandingBans NONE = new StandingBans(null, List.of());

  /** The ban that refuses a login. */
  public Optional<Ban> keepingOut() {
    return Optional.ofNullable(account);
  }

  static StandingBans of(List<Ban> active) {
    Optional<Ban> longest =
        active.stream()
            .filter(ban -> ban.scope() == BanScope.ACCOUNT)
            .max(
                Comparator.comparing(
                    Ban::until, Comparator.nullsLast(Comparator.naturalOrder()))); // null: for ever
    return new StandingBans(
        longest.orElse(null),
        active.stream().filter(ban -> ban.scope() != BanScope.ACCOUNT).toList());
  }
}
