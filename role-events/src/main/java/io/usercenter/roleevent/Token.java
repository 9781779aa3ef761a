package io.usercenter.roleevent;

/**
 * What an identifier that others chose may look like: ASCII letters, digits and some signs.
 *
 * @param field how the refusal calls it
 * @param maxLength in characters, which are bytes here
 * @param signs allowed beside letters and digits
 */
record Token(String field, int maxLength, String signs) {
  void require(String value) {
    if (value.isEmpty() || value.length() > maxLength) {
      throw new InvalidRoleEventException(
          field, "must be 1 to " + maxLength + " characters, was " + value.length());
    }
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (!allows(c)) {
        throw new InvalidRoleEventException(
            field,
            "may hold letters, digits and %s only; U+%04X stands at position %d"
                .formatted(signs, (int) c, i));
      }
    }
  }

  private boolean allows(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || signs.indexOf(c) >= 0;
  }
}
