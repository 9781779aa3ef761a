package io.usercenter.identity;

import io.usercenter.id.UserId;
import io.usercenter.platform.PersonalData;
import java.time.Instant;

/** The ways into an account besides its first username. */
final class IdentityData implements PersonalData {
  private final Identities identities;

  IdentityData(Identities identities) {
    this.identities = identities;
  }

  @Override
  public String section() {
    return "identities";
  }

  @Override
  public Object export(UserId user) {
    return identities.of(user).stream()
        .map(
            linked ->
                new Exported(
                    linked.identity().provider(), linked.identity().subject(), linked.linkedAt()))
        .toList();
  }

  @Override
  public boolean erase(UserId user) {
    return identities.erase(user);
  }

  /**
   * @param subject what the provider calls him; for a device a digest of its id
   */
  record Exported(String provider, String subject, Instant linkedAt) {}
}
