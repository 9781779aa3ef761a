package io.usercenter.identity;

import io.usercenter.id.UserId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An account as far as its ways in are concerned.
 *
 * @param epoch raised by every change of its ways in
 * @param homeName the username that places it
 * @param loginName the name that replaced it; null when none did
 * @param hasPassword whether name and password are a way in
 * @param renamedAt null: never
 * @param gone being erased, or erased: it gets no identity any more, and loses those it has
 */
record Holder(
    UserId userId,
    int epoch,
    String homeName,
    @Nullable String loginName,
    boolean hasPassword,
    @Nullable Instant renamedAt,
    boolean gone,
    List<LinkedIdentity> identities) {

  boolean has(Identity identity) {
    return identities.stream().anyMatch(linked -> linked.identity().equals(identity));
  }

  /** The identity of the name that replaced the first one. */
  Optional<Identity> nameIdentity() {
    return identities.stream().map(LinkedIdentity::identity).filter(Identity::isName).findAny();
  }

  /** Whether somebody could still log in without this identity. */
  boolean reachableWithout(Identity identity) {
    return hasPassword
        || identities.stream()
            .map(LinkedIdentity::identity)
            .anyMatch(other -> !other.isName() && !other.equals(identity));
  }
}
