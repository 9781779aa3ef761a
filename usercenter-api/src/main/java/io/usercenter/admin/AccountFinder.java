package io.usercenter.admin;

import io.usercenter.account.Account;
import io.usercenter.account.Accounts;
import io.usercenter.code.Address;
import io.usercenter.code.Medium;
import io.usercenter.id.InvalidUsernameException;
import io.usercenter.id.Username;
import io.usercenter.id.UsernameRules;
import io.usercenter.identity.Identities;
import io.usercenter.identity.Identity;
import io.usercenter.platform.ApiException;
import io.usercenter.platform.ErrorCode;
import io.usercenter.scope.Scope;
import io.usercenter.scope.ScopeGuard;
import java.util.List;
import org.springframework.stereotype.Component;

/** Whose account it is, by what an operator knows of it. Each asks the shard that must know. */
@Component
final class AccountFinder {
  private static final String DEVICE = "device";
  private static final String USERNAME = "username";

  private final Accounts accounts;
  private final Identities identities;
  private final UsernameRules names;

  AccountFinder(Accounts accounts, Identities identities, UsernameRules names) {
    this.accounts = accounts;
    this.identities = identities;
    this.names = names;
  }

  List<Account> byName(Scope scope, String typed) {
    return accounts.byNameWithin(scope, name(typed)).stream().toList();
  }

  /**
   * @param typed provider, a colon, subject; a device's id, an address or a name as its owner knows
   *     it
   */
  List<Account> byIdentity(Scope scope, String typed) {
    int colon = typed.indexOf(':');
    if (colon < 1) {
      throw ApiException.invalid("identity", "must be provider:subject");
    }
    String provider = typed.substring(0, colon);
    String subject = typed.substring(colon + 1);
    if (provider.equals(USERNAME)) {
      return byName(scope, subject);
    }
    Identity identity = identity(provider, subject);
    // Whose it is, he has yet to be found to see.
    return ScopeGuard.trusting(() -> identities.ownerOf(identity))
        .flatMap(owner -> accounts.within(scope, owner))
        .stream()
        .toList();
  }

  private static Identity identity(String provider, String subject) {
    if (provider.equals(DEVICE)) {
      return Identity.ofDevice(subject);
    }
    boolean address = provider.equals(Medium.EMAIL.word()) || provider.equals(Medium.PHONE.word());
    try {
      return Identity.of(
          provider,
          address
              ? Address.parse(Medium.of(provider), subject)
                  .map(Address::text)
                  .orElseThrow(() -> ApiException.invalid("identity", "is no such address"))
              : subject);
    } catch (IllegalArgumentException e) {
      throw ApiException.invalid("identity", String.valueOf(e.getMessage()));
    }
  }

  /** A name that an account could have. */
  Username name(String typed) {
    try {
      return names.parse(typed);
    } catch (InvalidUsernameException e) {
      throw new ApiException(ErrorCode.USERNAME_INVALID, String.valueOf(e.getMessage()))
          .with("reason", e.code().name());
    }
  }
}
