package io.usercenter.testkit;

import java.nio.file.Path;

/** What another JVM is started with to run classes of this one. */
public final class ThisJvm {
  private ThisJvm() {}

  /** The path of the {@code java} that runs this. */
  public static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** The class path of the tests; Surefire gives its forks a jar that only names it. */
  public static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }
}
