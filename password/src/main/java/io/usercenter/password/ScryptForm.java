package io.usercenter.password;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.bouncycastle.crypto.generators.SCrypt;

/** {@code $scrypt$ln=15,r=8,p=1$SALT$HASH}; ln is the binary logarithm of N (RFC 7914). */
final class ScryptForm {
  private static final int MAX_LN = 20;
  private static final int MAX_R = 32;
  private static final int MAX_P = 16;

  // One block is 128 bytes of memory: 128 MiB, and with p blocks some 0.3 s.
  private static final long MAX_BLOCKS = 1 << 20;

  private ScryptForm() {}

  static StoredHash read(String text) throws RefusedHashException {
    PhcFields fields = new PhcFields(text, "", "scrypt", "ln=N,r=N,p=N", "SALT", "HASH");
    int[] cost = fields.numbers(2, "ln", "r", "p");
    RefusedHashException.requireCost("ln", cost[0], 1, MAX_LN);
    RefusedHashException.requireCost("r", cost[1], 1, MAX_R);
    RefusedHashException.requireCost("p", cost[2], 1, MAX_P);
    int n = 1 << cost[0];
    long blocks = (long) n * cost[1] * cost[2];
    RefusedHashException.requireCost("2^ln*r*p", blocks, 1, MAX_BLOCKS);
    // RFC 7914 section 2: N < 2^(128 * r / 8)
    RefusedHashException.requireCost("ln", cost[0], 1, 16L * cost[1] - 1);
    byte[] salt = fields.salt(3, 1);
    byte[] hash = fields.hash(4);
    return new StoredHash(
        text,
        fields.part(2),
        new HashWork(HashFormat.SCRYPT, blocks),
        (password, argon2) ->
            MessageDigest.isEqual(
                hash,
                SCrypt.generate(
                    password.getBytes(StandardCharsets.UTF_8),
                    salt,
                    n,
                    cost[1],
                    cost[2],
                    hash.length)));
  }
}
