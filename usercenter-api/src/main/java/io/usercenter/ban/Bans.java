package io.usercenter.ban;

import io.usercenter.id.UserId;
import io.usercenter.platform.ShardTransactions;
import io.usercenter.platform.UserIds;
import io.usercenter.session.Sessions;
import io.usercenter.token.RevocationReason;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Bans of accounts. A ban always kicks: it ends the sessions in the transaction that writes it. */
public final class Bans {
  private final BanMapper mapper;
  private final BanOwners owners;
  private final Sessions sessions;
  private final ShardTransactions transactions;
  private final UserIds ids;
  private final InstantSource clock;

  Bans(
      BanMapper mapper,
      BanOwners owners,
      Sessions sessions,
      ShardTransactions transactions,
      UserIds ids,
      InstantSource clock) {
    this.mapper = mapper;
    this.owners = owners;
    this.sessions = sessions;
    this.transactions = transactions;
    this.ids = ids;
    this.clock = clock;
  }

  /** The ban that keeps the player out now, if any. */
  public Optional<Ban> active(UserId user) {
    return mapper.active(user, now()).map(BanMapper.Row::toBan);
  }

  /**
   * Bans an account from now on, ends its sessions and every access token.
   *
   * @param until null for ever
   * @param by the operator
   * @return empty when there is no such account
   */
  public Optional<Ban> ban(
      UserId user, String reasonCode, String message, @Nullable Instant until, String by) {
    Instant now = now();
    BanId id = new BanId(ids.next(user.gene()).value());
    return transactions.in(
        user,
        () -> {
          if (sessions.endAll(user, RevocationReason.BANNED).isEmpty()) {
            return Optional.<Ban>empty();
          }
          mapper.insert(
              user,
              id.value(),
              reasonCode,
              message,
              now,
              until == null ? null : until.truncatedTo(ChronoUnit.MILLIS),
              by);
          return mapper.byId(user, id.value()).map(BanMapper.Row::toBan);
        });
  }

  /**
   * Lifts a ban. Lifting it again changes nothing.
   *
   * @return empty when the user has no such ban
   */
  public Optional<Ban> lift(UserId user, BanId ban, String by) {
    return transactions.in(
        user,
        () -> {
          mapper.lift(user, ban.value(), now(), by);
          return mapper.byId(user, ban.value()).map(BanMapper.Row::toBan);
        });
  }

  /** Whose ban it is; asks the one shard that the id leads to. */
  public Optional<UserId> ownerOf(BanId ban) {
    return owners.of(ban);
  }

  /** The newest hundred bans of the user, lifted and past ones included. */
  public List<Ban> of(UserId user) {
    return mapper.newest(user).stream().map(BanMapper.Row::toBan).toList();
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS); // what DATETIME(3) keeps
  }
}
