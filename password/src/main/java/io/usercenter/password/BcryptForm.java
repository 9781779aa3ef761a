package io.usercenter.password;

import java.nio.charset.StandardCharsets;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;

/**
 * {@code $2b$12$} and 53 characters of bcrypt's own base64. Of a password only the first 72 bytes
 * count, as everywhere.
 */
final class BcryptForm {
  private static final String SHAPE = "\\$2[aby]\\$[0-9]{2}\\$[./A-Za-z0-9]{53}";

  // 2^14 rounds are almost a second.
  private static final int MAX_COST = 14;

  private BcryptForm() {}

  static StoredHash read(String text) throws RefusedHashException {
    if (!text.matches(SHAPE)) {
      throw RefusedHashException.malformed(
          "it is not of the form $2b$NN$ and 53 characters of ./A-Za-z0-9");
    }
    int cost = Integer.parseInt(text.substring(4, 6));
    RefusedHashException.requireCost("cost", cost, 4, MAX_COST);
    return new StoredHash(
        text,
        "cost=" + cost,
        new HashWork(HashFormat.BCRYPT, 1 << cost),
        (password, argon2) ->
            OpenBSDBCrypt.checkPassword(text, password.getBytes(StandardCharsets.UTF_8)));
  }
}
