package io.usercenter.token;

import java.security.CodeSource;
import org.jspecify.annotations.Nullable;

/**
 * Our dependency names a Gson that is new enough, but what a game server names itself wins in
 * Maven. Knows Gson by name only, so that it works with any and with none.
 */
final class GsonOnTheClassPath {
  private static final String NEEDED = "2.11.0"; // the first one with a strict reader

  private GsonOnTheClassPath() {}

  /**
   * @throws IllegalStateException if tokens cannot be read with it
   */
  static void require() {
    try {
      StrictJson.readObject("{}");
    } catch (LinkageError e) {
      throw new IllegalStateException(
          "TokenVerifier needs Gson "
              + NEEDED
              + " or newer, and the class path has "
              + found()
              + ": have the build of this server take com.google.code.gson:gson:"
              + NEEDED
              + " or newer (\"mvn dependency:tree -Dincludes=com.google.code.gson\" tells who"
              + " asks for another one)",
          e);
    }
  }

  private static String found() {
    try {
      return "an older one, "
          + location(
              Class.forName(
                      "com.google.gson.stream.JsonReader",
                      false,
                      GsonOnTheClassPath.class.getClassLoader())
                  .getProtectionDomain()
                  .getCodeSource());
    } catch (ClassNotFoundException e) {
      return "none";
    }
  }

  private static String location(@Nullable CodeSource source) {
    return source == null || source.getLocation() == null
        ? "from wherever its class loader got it"
        : source.getLocation().toString();
  }
}
