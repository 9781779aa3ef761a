package io.usercenter.platform;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/** What is scheduled runs, however long another job takes. */
class JobsTest {
  private static final JavaClasses OURS =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.usercenter");

  @Test
  void everyJobHasAThread() {
    long jobs =
        OURS.stream()
            .flatMap(type -> type.getMethods().stream())
            .filter(method -> method.isAnnotatedWith(Scheduled.class))
            .count();

    int threads = new PlatformConfiguration().taskScheduler().getPoolSize();

    assertThat(jobs).isPositive().isLessThanOrEqualTo(threads);
  }

  @Test
  void aJobThatTakesLongHoldsUpNoOther() throws InterruptedException {
    try (var context = new AnnotationConfigApplicationContext(TwoJobs.class)) {
      TwoJobs jobs = context.getBean(TwoJobs.class);
      assertThat(jobs.begun.await(20, TimeUnit.SECONDS)).isTrue();

      assertThat(jobs.rounds.await(20, TimeUnit.SECONDS)).isTrue();

      jobs.end.countDown();
    }
  }

  /** One of them ends when it is told to. */
  @EnableScheduling
  static class TwoJobs {
    final CountDownLatch begun = new CountDownLatch(1);
    final CountDownLatch end = new CountDownLatch(1);
    final CountDownLatch rounds = new CountDownLatch(3);

    @Bean
    ThreadPoolTaskScheduler taskScheduler() {
      return new PlatformConfiguration().taskScheduler();
    }

    @Scheduled(fixedDelay = 1)
    void takesLong() throws InterruptedException {
      begun.countDown();
      end.await();
    }

    @Scheduled(fixedDelay = 1)
    void isQuick() throws InterruptedException {
      begun.await();
      rounds.countDown();
    }
  }
}
