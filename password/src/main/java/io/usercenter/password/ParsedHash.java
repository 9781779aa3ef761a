package io.usercenter.password;

/** What reading the text form of a hash came to. */
public sealed interface ParsedHash {
  /** Passwords can be checked with it, at a cost within bounds. */
  record Accepted(StoredHash hash) implements ParsedHash {}

  /**
   * It is not used, and nothing was computed.
   *
   * @param detail what is wrong, with the bounds; never a part of the hash or its salt
   */
  record Refused(Refusal why, String detail) implements ParsedHash {}

  /** Why a hash is not used. */
  enum Refusal {
    /** There is nothing. */
    EMPTY,
    /** Longer than {@link StoredHash#MAX_LENGTH}. */
    TOO_LONG,
    /** It begins like no format that is read here. */
    UNKNOWN_FORMAT,
    /** Of a known format, but not written as that format is. */
    MALFORMED,
    /** Well written, but checking one password would cost too much time or memory. */
    TOO_COSTLY
  }
}
