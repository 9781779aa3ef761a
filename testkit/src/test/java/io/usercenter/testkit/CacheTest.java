package io.usercenter.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Goal: nobody ever sees half a folder. Method: makers that fail, leftovers, racing threads. */
class CacheTest {
  @TempDir Path root;

  @Test
  void aFolderIsMadeOnceHoweverManyAskForIt() throws Exception {
    AtomicInteger made = new AtomicInteger();
    CountDownLatch together = new CountDownLatch(8);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var folders =
          java.util.stream.IntStream.range(0, 8)
              .mapToObj(
                  _ ->
                      threads.submit(
                          () -> {
                            together.countDown();
                            together.await();
                            return new Cache(root)
                                .folder(
                                    "x",
                                    folder -> {
                                      made.incrementAndGet();
                                      Files.writeString(folder.resolve("file"), "whole");
                                    })
                                .resolve("file");
                          }))
              .toList();
      for (var file : folders) {
        assertThat(file.get()).hasContent("whole");
      }
    }
    assertThat(made).hasValue(1);
  }

  @Test
  void aMakerThatFailsLeavesNothingToBeTakenForAFolder() {
    Cache cache = new Cache(root);
    assertThatThrownBy(
            () ->
                cache.folder(
                    "x",
                    folder -> {
                      Files.writeString(folder.resolve("file"), "half");
                      throw new IOException("disk full");
                    }))
        .isInstanceOf(BackendException.class)
        .hasMessageContaining("disk full");
    assertThat(root.resolve("x")).doesNotExist();
    assertThat(cache.folder("x", _ -> {})).isEmptyDirectory();
  }

  @Test
  void whatAKilledMakerLeftIsThrownAway() throws IOException {
    Files.createDirectories(root.resolve("x.part/deep"));
    Files.writeString(root.resolve("x.part/deep/file"), "half");
    assertThat(new Cache(root).folder("x", _ -> {})).isEmptyDirectory();
    assertThat(root.resolve("x.part")).doesNotExist();
  }
}
