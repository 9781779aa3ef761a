package io.usercenter.identity;

import io.usercenter.id.UserId;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The single steps of which changes of identities are made. Each is one transaction in one shard:
 * the first five in the identity's, the others in the account's. A step may be carried out although
 * its caller died or never heard of it.
 */
interface IdentityStore {
  /** The row as it is now. */
  Optional<Claim> find(Identity identity);

  /**
   * Writes the row of a new claim, if nobody has the identity: there is no row, or a name that is
   * free by now or was the claimant's own. For a name, no account of that first name may exist
   * either, unless it gave the name up before {@code givenUpBefore}; that account then loses it for
   * good.
   *
   * @return false when somebody has it
   */
  boolean reserve(Claim claim, Instant now, Instant givenUpBefore);

  /** Replaces the row if owner, state, fence and token are still as they were read. */
  boolean change(Claim asRead, Claim next);

  /** Deletes the row if owner, state, fence and token are still as they were read. */
  boolean remove(Claim asRead);

  /** The account, or empty when there is none. */
  Optional<Holder> holder(UserId owner);

  /** Adds an identity if the epoch is this one, and raises it. */
  boolean add(UserId owner, int epoch, Identity identity, Instant at);

  /** Takes an identity away if the epoch is this one, and raises it. */
  boolean drop(UserId owner, int epoch, Identity identity);

  /**
   * Gives the account another name if the epoch is this one, and raises it.
   *
   * @param loginName null to go back to the first name
   * @param passwordHash null to leave the password as it is
   */
  boolean rename(
      UserId owner,
      int epoch,
      @Nullable Identity loginName,
      @Nullable String passwordHash,
      Instant at);

  /**
   * Raises the epoch above the fence, so that no change begun at or below it can be written any
   * more, and says whether the account has the identity. False when there is no such account.
   */
  boolean fenceOff(UserId owner, int fence, Identity identity);
}
