package io.usercenter.idempotency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.it.Usercenter;
import io.usercenter.platform.AdminTransactions;
import io.usercenter.platform.ApiException;
import io.usercenter.platform.ErrorCode;
import io.usercenter.platform.MasterKey;
import io.usercenter.platform.Redis;
import io.usercenter.platform.ShardTransactions;
import io.usercenter.shard.Shards;
import io.usercenter.testkit.Backends;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.ObjectMapper;

/**
 * Processes that die at the worst moments, and midnight, on a real MySQL with a clock of its own. A
 * process that dies runs nothing any more, which an {@link Error} comes to: nobody here catches it.
 * The effect is a row that is written in the transaction.
 */
class IdempotencyCrashTest {
  private static final AtomicLong PLAYERS = new AtomicLong(1L << 50);
  private static final SentRequest REQUEST =
      new SentRequest("POST /here", "body", Duration.ofSeconds(30));

  private static Usercenter service;

  /** Just before midnight, UTC. */
  private Instant now = Instant.parse("2031-05-06T23:59:00Z");

  private final UserId player = new UserId(PLAYERS.addAndGet(33));
  private final AtomicInteger carriedOut = new AtomicInteger();
  private final Idempotency idempotency = instance();

  @BeforeAll
  static void start() {
    service = Usercenter.start(Backends.mysql(), Backends.redis());
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  private Idempotency instance() {
    return new Idempotency(
        service.bean(ShardIdempotencyMapper.class),
        service.bean(ShardTransactions.class),
        service.bean(AdminIdempotencyMapper.class),
        service.bean(AdminTransactions.class),
        service.bean(Shards.class),
        service.bean(Redis.class),
        service.bean(MasterKey.class),
        service.bean(ObjectMapper.class),
        new SecureRandom(),
        () -> now,
        new SimpleMeterRegistry());
  }

  private String once(ScopedValue.CallableOp<String, RuntimeException> work) {
    return idempotency.once("the-key", KeyScope.of(player), REQUEST, String.class, work);
  }

  /** Does the work in a transaction that leaves the answer, or not. */
  private String effect(boolean leaves) {
    String answer = "answer " + carriedOut.get();
    return service
        .bean(ShardTransactions.class)
        .in(
            player,
            () -> {
              if (leaves) {
                idempotency.leave(player.shard(), answer);
              }
              carriedOut.incrementAndGet();
              return answer;
            });
  }

  private static final class Died extends Error {
    private static final long serialVersionUID = 1L;
  }

  private void after(Duration time) {
    now = now.plus(time);
  }

  private static void expect(ErrorCode code, Runnable request) {
    assertThatThrownBy(request::run)
        .isInstanceOfSatisfying(ApiException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void whatWasCommittedIsNotDoneAgainWhenTheProcessDiesRightAfter() {
    assertThatThrownBy(
            () ->
                once(
                    () -> {
                      effect(true);
                      throw new Died();
                    }))
        .isInstanceOf(Died.class);
    assertThat(once(() -> effect(true))).isEqualTo("answer 0");
    assertThat(carriedOut).hasValue(1);
  }

  @Test
  void whatWasNotCommittedIsDoneByTheNextOnceThePatienceIsOver() {
    assertThatThrownBy(
            () ->
                once(
                    () -> {
                      throw new Died();
                    }))
        .isInstanceOf(Died.class);
    expect(ErrorCode.IDEMPOTENCY_IN_FLIGHT, () -> once(() -> effect(true)));
    after(Duration.ofSeconds(30).minusMillis(1));
    expect(ErrorCode.IDEMPOTENCY_IN_FLIGHT, () -> once(() -> effect(true)));
    after(Duration.ofMillis(1));
    assertThat(once(() -> effect(true))).isEqualTo("answer 0");
    assertThat(once(() -> effect(true))).isEqualTo("answer 0");
    assertThat(carriedOut).hasValue(1);
  }

  @Test
  void whoWasTakenForDeadAndWakesUpWritesNothing() {
    expect(
        ErrorCode.IDEMPOTENCY_IN_FLIGHT,
        () ->
            once(
                () -> {
                  after(Duration.ofSeconds(31));
                  assertThat(once(() -> effect(true))).isEqualTo("answer 0");
                  return effect(true);
                }));
    assertThat(once(() -> effect(true))).isEqualTo("answer 0");
    assertThat(carriedOut).hasValue(1);
  }

  @Test
  void anAnswerThatIsLeftAfterwardsIsTheSameToo() {
    assertThat(once(() -> effect(false))).isEqualTo("answer 0");
    assertThat(once(() -> effect(false))).isEqualTo("answer 0");
  }

  @Test
  void aTransactionInAnotherShardCannotLeaveIt() {
    Shard other = new Shard((player.shard().number() + 1) % Shard.COUNT);
    assertThat(
            once(
                () -> {
                  idempotency.leave(other, "of elsewhere");
                  return effect(false);
                }))
        .isEqualTo("answer 0");
    assertThat(once(() -> effect(false))).isEqualTo("answer 0");
  }

  @Test
  void aKeyIsGoodFor24HoursOverMidnightAndNotLonger() {
    assertThat(once(() -> effect(true))).isEqualTo("answer 0");
    after(Duration.ofMinutes(2));
    assertThat(once(() -> effect(true))).isEqualTo("answer 0");
    expect(
        ErrorCode.IDEMPOTENCY_KEY_REUSED,
        () ->
            idempotency.once(
                "the-key",
                KeyScope.of(player),
                new SentRequest("POST /here", "other", Duration.ofSeconds(30)),
                String.class,
                () -> effect(true)));
    after(Duration.ofHours(24).minusMinutes(2).minusMillis(1));
    assertThat(once(() -> effect(true))).isEqualTo("answer 0");
    after(Duration.ofMillis(1));
    assertThat(once(() -> effect(true))).isEqualTo("answer 1");
    assertThat(once(() -> effect(true))).isEqualTo("answer 1");
  }

  @Test
  void aProcessThatDiesBeforeMidnightIsTakenOverAfterIt() {
    after(Duration.ofSeconds(50));
    assertThatThrownBy(
            () ->
                once(
                    () -> {
                      throw new Died();
                    }))
        .isInstanceOf(Died.class);
    after(Duration.ofSeconds(20));
    expect(ErrorCode.IDEMPOTENCY_IN_FLIGHT, () -> once(() -> effect(true)));
    after(Duration.ofSeconds(10));
    assertThat(once(() -> effect(true))).isEqualTo("answer 0");
    assertThat(once(() -> effect(true))).isEqualTo("answer 0");
  }

  @Test
  void anInstanceWhoseClockIsBehindMidnightFindsTheKeyOfTheNextDay() {
    after(Duration.ofMinutes(1));
    assertThat(once(() -> effect(true))).isEqualTo("answer 0");
    after(Duration.ofSeconds(-2));
    assertThat(once(() -> effect(true))).isEqualTo("answer 0");
  }

  @Test
  void anOperatorsWorkInTheAdminDatabaseIsCommittedWithItsAnswer() {
    KeyScope scope = new KeyScope("OPERATOR:" + player, shards -> Optional.empty(), null);
    assertThatThrownBy(() -> inAdmin(scope, true)).isInstanceOf(Died.class);
    assertThat(inAdmin(scope, false)).isEqualTo("answer 0");
    assertThat(carriedOut).hasValue(1);
  }

  private String inAdmin(KeyScope scope, boolean dies) {
    return idempotency.once(
        "the-key",
        scope,
        REQUEST,
        String.class,
        () -> {
          String answer =
              service
                  .bean(AdminTransactions.class)
                  .in(
                      () -> {
                        String made = "answer " + carriedOut.getAndIncrement();
                        idempotency.leaveInAdmin(made);
                        return made;
                      });
          if (dies) {
            throw new Died();
          }
          return answer;
        });
  }

  @Test
  void whatARequestMakesHasTheSameNameWhenItIsCarriedOutAgain() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(
              () ->
                  once(
                      () -> {
                        names.add(name());
                        throw new Died();
                      }))
          .isInstanceOf(Died.class);
      after(Duration.ofSeconds(30));
    }
    after(Duration.ofHours(24));
    assertThat(once(() -> "of the next day " + names.add(name()))).startsWith("of the next day");
    assertThat(names.get(1)).isEqualTo(names.get(0));
    assertThat(names.get(2)).isNotEqualTo(names.get(0));
    assertThat(name()).as("without a key").isNotEqualTo(name());
  }

  private String name() {
    return idempotency.freshId();
  }
}
