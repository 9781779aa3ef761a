package io.usercenter.token;

/** Why a session or all older tokens of a user were ended. The names go over the wire. */
public enum RevocationReason {
  LOGOUT,
  KICKED,
  REPLACED,
  BANNED,
  PASSWORD,
  THEFT,
  /** The player leaves: the account is to be erased. */
  DELETED,
  /** Said by a newer service than this library knows. */
  OTHER;

  /** The reason of that name, {@link #OTHER} for a name that is not known. */
  public static RevocationReason parse(String name) {
    for (RevocationReason reason : values()) {
      if (reason.name().equals(name)) {
        return reason;
      }
    }
    return OTHER;
  }

  RejectionReason ofSession() {
    return rejection(RejectionReason.REVOKED);
  }

  RejectionReason ofEpoch() {
    return rejection(RejectionReason.EPOCH_STALE);
  }

  private RejectionReason rejection(RejectionReason otherwise) {
    return switch (this) {
      case KICKED -> RejectionReason.KICKED;
      case REPLACED -> RejectionReason.REPLACED;
      case BANNED -> RejectionReason.BANNED;
      case LOGOUT, PASSWORD, THEFT, DELETED, OTHER -> otherwise;
    };
  }
}
