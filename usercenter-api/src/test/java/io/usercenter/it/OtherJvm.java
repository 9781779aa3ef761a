package io.usercenter.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.testkit.ThisJvm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Callers of the service as a process of their own, so that what they cost is not the service's.
 */
final class OtherJvm {
  private final Process process;

  private OtherJvm(Process process) {
    this.process = process;
  }

  /**
   * Starts one with the class path of this JVM.
   *
   * @param command what {@code java} and its options are given to, such as {@code nice -n 10}; with
   *     options of {@code java} at its end
   */
  static OtherJvm start(List<String> command, Class<?> main, List<String> arguments)
      throws IOException {
    List<String> whole = new ArrayList<>(command);
    whole.addAll(List.of("-XX:+UseSerialGC", "-cp", ThisJvm.classPath(), main.getName()));
    whole.addAll(arguments);
    return new OtherJvm(
        new ProcessBuilder(whole).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  /** The numbers that it prints in one line when it is done. */
  long[] counts() throws IOException, InterruptedException {
    String line =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor()).isZero();
    return List.of(line.split(" ", -1)).stream().mapToLong(Long::parseLong).toArray();
  }
}
