package io.usercenter.transfer;

/** Why a line did not become an account. The names are stored and shown; they do not change. */
public enum RejectCode {
  /** Its bytes are not UTF-8. */
  NOT_UTF8,
  /** It has more bytes than a line may have. */
  LINE_TOO_LONG,
  /** It is not CSV, or not a JSON object. */
  MALFORMED,
  /** It has another number of fields than the first line has columns. */
  WRONG_FIELD_COUNT,
  /** It has a field of a name that is not known. */
  UNKNOWN_FIELD,
  /** A field that is needed is missing, empty, or no text. */
  FIELD_MISSING,
  /** The username breaks a rule. */
  USERNAME_INVALID,
  /** The display name is too long or holds characters that cannot be shown. */
  DISPLAY_NAME_INVALID,
  /** The channel is not 1 to 32 of a-z 0-9 - _. */
  CHANNEL_INVALID,
  /** The time of registration cannot be read, or cannot be. */
  DATE_INVALID,
  /** The hash is of no format that can be checked. */
  HASH_UNSUPPORTED,
  /** The hash is not written as its format is. */
  HASH_MALFORMED,
  /** Checking one password against the hash would cost too much time or memory. */
  HASH_TOO_COSTLY,
  /** The characters cannot be read, are too many, or one of them breaks a rule. */
  ROLE_INVALID,
  /** An earlier line of the same file has this username. */
  DUPLICATE_IN_FILE,
  /** Somebody else has this username; that account was left as it is. */
  NAME_TAKEN,
  /** One of the characters belongs to another account, here or on another line. */
  ROLE_TAKEN
}
