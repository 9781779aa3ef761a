package io.usercenter.cli;

/**
 * One line of the doctor.
 *
 * @param fine false when somebody should do something about it
 */
record Finding(boolean fine, String text) {
  static final String OK = "  OK   ";
  static final String WARN = "  WARN ";

  static Finding ok(String text) {
    return new Finding(true, text);
  }

  static Finding warn(String text) {
    return new Finding(false, text);
  }

  @Override
  public String toString() {
    return (fine ? OK : WARN) + text;
  }
}
