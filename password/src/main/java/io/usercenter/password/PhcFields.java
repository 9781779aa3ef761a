package io.usercenter.password;

import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/** Takes the parts of a hash's text form apart, strictly: what is not as expected is refused. */
final class PhcFields {
  private static final int MIN_SALT = 1;
  private static final int MAX_SALT = 64;
  private static final int MIN_HASH = 16;
  private static final int MAX_HASH = 64;

  private final String[] parts;

  /**
   * @param names of the parts between the {@code $}; the first is empty when the text begins with
   *     one
   */
  PhcFields(String text, String... names) throws RefusedHashException {
    parts = text.split("\\$", -1);
    if (parts.length != names.length) {
      throw RefusedHashException.malformed("it is not of the form " + String.join("$", names));
    }
  }

  String part(int index) {
    return parts[index];
  }

  byte[] salt(int index, int least) throws RefusedHashException {
    return bytes("salt", index, Math.max(least, MIN_SALT), MAX_SALT);
  }

  byte[] hash(int index) throws RefusedHashException {
    return bytes("hash", index, MIN_HASH, MAX_HASH);
  }

  private byte[] bytes(String name, int index, int least, int most) throws RefusedHashException {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(parts[index]);
    } catch (IllegalArgumentException e) {
      throw RefusedHashException.malformed("the %s is not base64".formatted(name));
    }
    requireLength(name, bytes.length, least, most);
    return bytes;
  }

  static void requireLength(String name, int length, int least, int most)
      throws RefusedHashException {
    if (length < least || length > most) {
      throw RefusedHashException.malformed(
          "the %s has %d bytes, not %d to %d".formatted(name, length, least, most));
    }
  }

  /** The numbers of {@code a=1,b=2}, in this order, each there once. */
  int[] numbers(int index, String... names) throws RefusedHashException {
    Map<String, String> values = values(parts[index]);
    if (!String.join(",", names).equals(String.join(",", values.keySet()))) {
      throw RefusedHashException.malformed("its parameters are not " + String.join(",", names));
    }
    int[] numbers = new int[names.length];
    for (int i = 0; i < names.length; i++) {
      numbers[i] = number(names[i], String.valueOf(values.get(names[i])));
    }
    return numbers;
  }

  /** The pairs of {@code a=b,c=d} in their order. */
  static Map<String, String> values(String list) throws RefusedHashException {
    Map<String, String> values = new LinkedHashMap<>();
    for (String pair : list.split(",", -1)) {
      int equals = pair.indexOf('=');
      if (equals < 1
          || values.putIfAbsent(pair.substring(0, equals), pair.substring(equals + 1)) != null) {
        throw RefusedHashException.malformed("its parameters are not a list of name=value");
      }
    }
    return values;
  }

  /** A decimal number without sign or leading zero. */
  static int number(String name, String decimal) throws RefusedHashException {
    if (!decimal.matches("0|[1-9][0-9]{0,9}") || Long.parseLong(decimal) > Integer.MAX_VALUE) {
      throw RefusedHashException.malformed("%s is not a decimal number".formatted(name));
    }
    return Integer.parseInt(decimal);
  }
}
