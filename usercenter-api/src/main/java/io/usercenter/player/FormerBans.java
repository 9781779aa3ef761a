package io.usercenter.player;

import io.usercenter.ban.Ban;
import io.usercenter.ban.Bans;
import io.usercenter.identity.Identities;
import io.usercenter.identity.Identity;
import java.util.Optional;

/**
 * Bans of accounts that are gone. Whoever was banned does not get a clean account by having the old
 * one erased and coming back with the same device or the same player of a channel.
 */
final class FormerBans {
  private final Identities identities;
  private final Bans bans;

  FormerBans(Identities identities, Bans bans) {
    this.identities = identities;
    this.bans = bans;
  }

  /** The ban that an identity is withheld for. One that was lifted withholds it no longer. */
  Optional<Ban> standing(Identity identity) {
    return identities
        .withheldFor(identity)
        .flatMap(
            gone -> {
              Optional<Ban> ban = bans.standingOnAccount(gone);
              if (ban.isEmpty()) {
                identities.release(identity);
              }
              return ban;
            });
  }
}
