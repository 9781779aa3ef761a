package io.usercenter.roleevent;

/**
 * How new a picture of a character is. A game server that was set back to an older state of its
 * data raises its epoch, and whatever it tells from then on is newer than all it told before.
 *
 * @param serverEpoch 0 to 2147483647; 0 for a game server that was never set back
 * @param revision 0 or more; rises with every change of the character within an epoch. 0 stands for
 *     what no game server has told
 */
public record RoleVersion(int serverEpoch, long revision) implements Comparable<RoleVersion> {
  /** Older than anything that a game server tells. */
  public static final RoleVersion NONE = new RoleVersion(0, 0);

  public RoleVersion {
    if (serverEpoch < 0) {
      throw new InvalidRoleEventException("serverEpoch", "must be 0 or more, was " + serverEpoch);
    }
    if (revision < 0) {
      throw new InvalidRoleEventException("revision", "must be 0 or more, was " + revision);
    }
  }

  /** Of a game server that was never set back. */
  public static RoleVersion of(long revision) {
    return new RoleVersion(0, revision);
  }

  /** Whether it replaces the other. */
  public boolean isNewerThan(RoleVersion other) {
    return compareTo(other) > 0;
  }

  /** The later of both. */
  public static RoleVersion later(RoleVersion a, RoleVersion b) {
    return b.isNewerThan(a) ? b : a;
  }

  @Override
  public int compareTo(RoleVersion other) {
    int byEpoch = Integer.compare(serverEpoch, other.serverEpoch);
    return byEpoch != 0 ? byEpoch : Long.compare(revision, other.revision);
  }

  /** {@code 12}, or {@code 3/12} in epoch 3. */
  @Override
  public String toString() {
    return serverEpoch == 0 ? Long.toString(revision) : serverEpoch + "/" + revision;
  }
}
