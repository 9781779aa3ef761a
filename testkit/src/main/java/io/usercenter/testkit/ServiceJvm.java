package io.usercenter.testkit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** How the JVMs of the service and its listener are started, by whoever starts them. */
public final class ServiceJvm {
  /**
   * The C library keeps memory in as many places as there are processors, times eight, and gives
   * each back by itself (mallopt(3)).
   */
  public static final Map<String, String> ENVIRONMENT = Map.of("MALLOC_ARENA_MAX", "2");

  private ServiceJvm() {}

  /**
   * The command.
   *
   * @param heapMb what the heap may grow to, in megabytes
   * @param more options of the JVM
   */
  public static List<String> command(int heapMb, List<String> more, Path jar) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xms64m"); // otherwise a sixty-fourth of the machine, full of garbage
    command.add("-Xmx" + heapMb + "m");
    command.add("-XX:+UseCompactObjectHeaders");
    command.add("-XX:+UseSerialGC"); // the smallest; the pauses of such a heap are short
    command.add("-XX:TrimNativeHeapInterval=30000"); // what compilers have freed goes back
    command.add("-XX:ReservedCodeCacheSize=64m"); // so that code of the start only is let go
    command.add("-XX:+ExitOnOutOfMemoryError");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(more);
    command.addAll(List.of("-jar", jar.toString()));
    return command;
  }
}
