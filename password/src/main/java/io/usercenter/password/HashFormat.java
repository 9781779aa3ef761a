package io.usercenter.password;

/**
 * The ways in which a stored password may be hashed. New ones are Argon2id; the others are read.
 */
public enum HashFormat {
  ARGON2ID("argon2id", 0.3),
  BCRYPT("bcrypt", 50_000),
  PBKDF2("pbkdf2", 250),
  SCRYPT("scrypt", 250),
  SALTED_MD5("md5", 1_000),
  SALTED_SHA256("sha256", 1_000);

  private final String id;
  private final double typicalNanos;

  HashFormat(String id, double typicalNanos) {
    this.id = id;
    this.typicalNanos = typicalNanos;
  }

  /** Its name in texts, metrics and the text form of hashes. */
  public String id() {
    return id;
  }

  /**
   * A first guess of the ns that one unit of {@link HashWork} takes, to be replaced by what is
   * measured.
   */
  public double typicalNanos() {
    return typicalNanos;
  }
}
