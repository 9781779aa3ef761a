package io.usercenter.process;

/** Settings of a process that somebody may have made on the command line. */
final class Unset {
  private Unset() {}

  /** Sets a system property that is not set. */
  static void set(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }
}
