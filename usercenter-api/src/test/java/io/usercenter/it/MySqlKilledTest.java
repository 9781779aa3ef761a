package io.usercenter.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.testkit.Backends;
import io.usercenter.testkit.MySqlServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/**
 * MySQL is killed with -9 while players register, several times. Every registration that was
 * answered with 201 is there afterwards.
 */
class MySqlKilledTest {
  private static final int KILLS = 3;
  private static final int WRITERS = 4;

  @Test
  void noAcknowledgedAccountIsLost() throws Exception {
    try (MySqlServer mysql = Backends.newMySql();
        Usercenter service = Usercenter.start(mysql, Backends.redis())) {
      Client players = service.players();
      Queue<String> acknowledged = new ConcurrentLinkedQueue<>();
      Queue<Integer> refused = new ConcurrentLinkedQueue<>();
      AtomicBoolean go = new AtomicBoolean(true);
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        List<Future<?>> writers = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
          writers.add(
              threads.submit(
                  () -> {
                    while (go.get()) {
                      String name = Names.fresh();
                      Answer answer = players.register(name);
                      if (answer.status() == 201) {
                        acknowledged.add(name);
                      } else {
                        refused.add(answer.status());
                      }
                    }
                  }));
        }
        for (int kill = 0; kill < KILLS; kill++) {
          int enough = acknowledged.size() + 30;
          Eventually.holds(
              "players register", Duration.ofSeconds(60), () -> acknowledged.size() >= enough);
          mysql.kill9();
          mysql.restart();
        }
        int enough = acknowledged.size() + 30;
        Eventually.holds(
            "players register again", Duration.ofSeconds(60), () -> acknowledged.size() >= enough);
        go.set(false);
        for (Future<?> writer : writers) {
          writer.get();
        }
      }
      assertThat(refused).as("the kills were felt").isNotEmpty().allMatch(status -> status == 503);
      for (String name : acknowledged) {
        players.login(name).expect(200);
      }
    }
  }

  /**
   * A commit whose answer the kill swallowed looks like a failure to the service too. Who sends the
   * same again must not hear that his own name is taken.
   */
  @Test
  void whoSendsAgainWithHisKeyGetsHisOneAccountWhateverIsKilled() throws Exception {
    try (MySqlServer mysql = Backends.newMySql();
        Usercenter service = Usercenter.start(mysql, Backends.redis())) {
      Queue<Integer> refused = new ConcurrentLinkedQueue<>();
      Queue<String> done = new ConcurrentLinkedQueue<>();
      AtomicBoolean go = new AtomicBoolean(true);
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        List<Future<?>> writers = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
          writers.add(
              threads.submit(
                  () -> {
                    while (go.get()) {
                      String name = Names.fresh();
                      Client keyed = service.players().with("Idempotency-Key", "key-of-" + name);
                      Eventually.holds(
                          "the registration of " + name + " is answered",
                          Duration.ofMinutes(2),
                          () -> {
                            Answer answer = keyed.register(name);
                            if (answer.status() != 201) {
                              refused.add(answer.status());
                              assertThat(answer.body()).doesNotContain("USERNAME_TAKEN");
                            }
                            return answer.status() == 201;
                          });
                      done.add(name);
                    }
                  }));
        }
        for (int kill = 0; kill < KILLS; kill++) {
          int enough = done.size() + 20;
          Eventually.holds("players register", Duration.ofMinutes(2), () -> done.size() >= enough);
          mysql.kill9();
          mysql.restart();
        }
        go.set(false);
        for (Future<?> writer : writers) {
          writer.get();
        }
      }
      assertThat(refused).as("the kills were felt").contains(503);
      for (String name : done) {
        Client keyed = service.players().with("Idempotency-Key", "key-of-" + name);
        String userId = keyed.register(name).expect(201).text("/account/userId");
        assertThat(service.players().login(name).expect(200).text("/account/userId"))
            .isEqualTo(userId);
      }
    }
  }
}
