package io.usercenter.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: no child outlives its JVM. Method: a JVM that starts a child and is killed with SIGKILL.
 */
class ChildProcessTest {
  @TempDir Path folder;

  private ChildProcess shell(String script) {
    return ChildProcess.start(
        "a shell",
        List.of("/bin/sh", "-c", script),
        Map.of("GREETING", "hello"),
        folder,
        folder.resolve("log"),
        Duration.ZERO);
  }

  /** What the JVM of the test below runs. */
  static final class Parent {
    public static void main(String[] args) throws InterruptedException {
      ChildProcess child =
          ChildProcess.start(
              "sleep",
              List.of("sleep", "1000"),
              Map.of(),
              Path.of(args[0]),
              Path.of(args[0], "log"),
              Duration.ofSeconds(Long.parseLong(args[1])));
      System.out.println(child.pid());
      new java.util.concurrent.CountDownLatch(1).await();
    }
  }

  private Process parent(long grace) throws IOException {
    return new ProcessBuilder(
            ThisJvm.java(),
            "-cp",
            ThisJvm.classPath(),
            Parent.class.getName(),
            folder.toString(),
            Long.toString(grace))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static ProcessHandle childOf(Process parent) throws IOException {
    BufferedReader out = parent.inputReader();
    return ProcessHandle.of(Long.parseLong(out.readLine())).orElseThrow();
  }

  @Test
  void itEndsWhenItsJvmIsKilled() throws Exception {
    for (long grace : new long[] {0, 30}) {
      Process parent = parent(grace);
      ProcessHandle child = childOf(parent);
      assertThat(child.isAlive()).isTrue();
      parent.destroyForcibly();
      child.onExit().get(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void evenAPausedOneEndsWhenItsJvmIsKilled() throws Exception {
    Process parent = parent(30);
    ProcessHandle child = childOf(parent);
    assertThat(new ProcessBuilder("kill", "-STOP", "" + child.pid()).start().waitFor()).isZero();
    parent.destroyForcibly();
    child.onExit().get(20, TimeUnit.SECONDS);
  }

  @Test
  void itsOutputGoesToTheLogAndItsCodeToOnExit() throws Exception {
    ChildProcess child = shell("echo $GREETING; echo trouble >&2; exit 3");
    assertThat(child.onExit().get(20, TimeUnit.SECONDS)).isEqualTo(3);
    assertThat(child.lastLines(5)).containsExactly("hello", "trouble");
    ChildProcess second = shell("echo again");
    assertThat(second.awaitExit(Duration.ofSeconds(20))).isTrue();
    assertThat(second.lastLines(5)).containsExactly("again");
    assertThat(folder.resolve("log")).hasContent("hello\ntrouble\nagain\n");
  }

  @Test
  void oneThatIgnoresSigtermIsKilled() {
    ChildProcess child = shell("trap '' TERM; echo ready; while :; do sleep 1; done");
    while (!child.lastLines(1).contains("ready")) {
      assertThat(child.awaitExit(Duration.ofMillis(10))).isFalse();
    }
    child.stop(Duration.ofMillis(200));
    assertThat(child.isAlive()).isFalse();
    assertThat(child.onExit().join()).isEqualTo(128 + 9);
  }

  @Test
  void aProgramThatDoesNotExistLeavesItsReasonInTheLog() {
    ChildProcess child =
        ChildProcess.start(
            "nothing",
            List.of("/does/not/exist"),
            Map.of(),
            folder,
            folder.resolve("log"),
            Duration.ZERO);
    assertThat(child.awaitExit(Duration.ofSeconds(20))).isTrue();
    assertThat(child.onExit().join()).isEqualTo(127);
    assertThat(child.lastLines(1).getFirst()).contains("/does/not/exist");
  }
}
