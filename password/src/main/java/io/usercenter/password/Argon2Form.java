package io.usercenter.password;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;

/** {@code $argon2id$v=19$m=19456,t=2,p=1$SALT$HASH}. */
final class Argon2Form {
  // RFC 9106 section 3.1
  private static final int MIN_SALT = 8;
  private static final String VERSION_13 = "v=19";

  private Argon2Form() {}

  static StoredHash read(String text) throws RefusedHashException {
    PhcFields fields =
        new PhcFields(text, "", "argon2id", VERSION_13, "m=N,t=N,p=N", "SALT", "HASH");
    if (!fields.part(2).equals(VERSION_13)) {
      throw RefusedHashException.malformed("its version is not " + VERSION_13);
    }
    int[] cost = fields.numbers(3, "m", "t", "p");
    RefusedHashException.requireCost("p", cost[2], 1, Argon2Cost.MAX_PARALLELISM);
    RefusedHashException.requireCost("m", cost[0], 8L * cost[2], Argon2Cost.MAX_MEMORY_KIB);
    RefusedHashException.requireCost("t", cost[1], 1, Argon2Cost.MAX_ITERATIONS);
    RefusedHashException.requireCost("m*t", (long) cost[0] * cost[1], 8, Argon2Cost.MAX_KIB_PASSES);
    return of(
        text, new Argon2Cost(cost[0], cost[1], cost[2]), fields.salt(4, MIN_SALT), fields.hash(5));
  }

  static StoredHash of(Argon2Cost cost, byte[] salt, byte[] hash) {
    Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
    String text =
        "$argon2id$%s$%s$%s$%s"
            .formatted(VERSION_13, cost, base64.encodeToString(salt), base64.encodeToString(hash));
    return of(text, cost, salt, hash);
  }

  private static StoredHash of(String text, Argon2Cost cost, byte[] salt, byte[] hash) {
    return new StoredHash(
        text,
        cost.toString(),
        cost.work(),
        (password, argon2) ->
            MessageDigest.isEqual(
                hash,
                argon2.hash(password.getBytes(StandardCharsets.UTF_8), salt, cost, hash.length)));
  }
}
