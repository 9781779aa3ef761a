package io.usercenter.player;

import io.usercenter.account.Accounts;
import io.usercenter.account.NewAccount;
import io.usercenter.ban.Ban;
import io.usercenter.id.UserId;
import io.usercenter.identity.Identities;
import io.usercenter.identity.Identity;
import io.usercenter.session.Device;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Logging in without a password, by what a device or a channel vouches for. Who comes for the first
 * time gets an account in the shard of his identity, so that this is one transaction in one shard.
 */
final class IdentityLogins {
  /** An identity may change hands between two looks at it; more often than that is a fault. */
  private static final int ATTEMPTS = 3;

  private final Accounts accounts;
  private final Identities identities;
  private final FormerBans formerBans;
  private final Admission admission;

  IdentityLogins(
      Accounts accounts, Identities identities, FormerBans formerBans, Admission admission) {
    this.accounts = accounts;
    this.identities = identities;
    this.formerBans = formerBans;
    this.admission = admission;
  }

  /**
   * Opens a session for who has the identity, or for a new account, unless one is to be restored.
   *
   * @param channel where a new account comes from
   * @param displayName of a new account; null for its made-up username
   */
  LoginResult open(
      Identity identity,
      Entry entry,
      String channel,
      @Nullable String displayName,
      Device device,
      String ip) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Optional<UserId> owner = identities.ownerOf(identity);
      Optional<LoginResult> result;
      if (owner.isPresent()) {
        UserId user = owner.get();
        result =
            admission.admit(
                user,
                entry,
                () -> accounts.byIdLocked(user).filter(known -> identities.has(user, identity)),
                device,
                ip);
      } else if (identities.isClaimed(identity)) {
        return new LoginResult.IdentityBusy(); // on its way to an account, or from one
      } else if (entry == Entry.RESTORE) {
        return new LoginResult.NoAccount();
      } else {
        // Asked after nobody had the identity: what it is withheld for was written before that.
        Optional<Ban> before = formerBans.standing(identity);
        if (before.isPresent()) {
          return new LoginResult.Banned(before.get());
        }
        result =
            admission.create(
                new NewAccount(
                    identities.guestName(identity),
                    null,
                    displayName,
                    channel,
                    ip,
                    device.id(),
                    identity),
                device);
      }
      if (result.isPresent()) {
        return result.get();
      }
    }
    return new LoginResult.IdentityBusy();
  }
}
