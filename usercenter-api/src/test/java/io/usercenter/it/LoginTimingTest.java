package io.usercenter.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.id.UserId;
import io.usercenter.identity.Identities;
import io.usercenter.identity.Identity;
import io.usercenter.identity.LinkResult;
import io.usercenter.testkit.Backends;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * How long a refused login takes does not tell whether the name exists, nor how old its hash is.
 * The kinds of refusal take turns, so that whatever else the machine does hits all of them; what is
 * compared is how often one kind was slower than another, which no outlier can move. A refusal that
 * does tell (no hash is computed for it) shows that a difference would be seen.
 */
class LoginTimingTest {
  private static final int WARM_UP = 40;
  private static final int ROUNDS = 120;

  private enum Refusal {
    UNKNOWN_NAME,
    WRONG_PASSWORD,
    WRONG_PASSWORD_OF_AN_OLD_HASH,
    UNKNOWN_ADDRESS,
    WRONG_PASSWORD_OF_AN_ADDRESS,
    WITHOUT_A_HASH
  }

  @Test
  void aRefusalDoesNotTellWhetherTheNameExists() throws Exception {
    String known = Names.fresh();
    String old = Names.fresh();
    Map<Refusal, List<Long>> nanos = new EnumMap<>(Refusal.class);
    try (Usercenter service =
        Usercenter.start(
            Backends.mysql(),
            Backends.redis(),
            "usercenter.passwords.memory-kib=19456",
            "usercenter.passwords.iterations=2",
            "usercenter.guesses.free=1000")) {
      Client players = service.players();
      UserId user = service.registered(known);
      assertThat(service.bean(Identities.class).link(user, Identity.of("email", emailOf(known))))
          .isEqualTo(new LinkResult.Done());
      players.register(old).expect(201);
      setOldHash(old);
      Random random = new Random(7);
      for (int round = -WARM_UP; round < ROUNDS; round++) {
        // One that takes no hash leaves warm caches to whichever comes next.
        List<Refusal> order = new ArrayList<>(List.of(Refusal.values()));
        Collections.shuffle(order, random);
        for (Refusal refusal : order) {
          long start = System.nanoTime();
          Answer answer =
              switch (refusal) {
                case UNKNOWN_NAME -> login(players, "no-" + known, "not this one");
                case WRONG_PASSWORD -> login(players, known, "not this one");
                case WRONG_PASSWORD_OF_AN_OLD_HASH -> login(players, old, "not this one");
                case UNKNOWN_ADDRESS -> loginByEmail(players, emailOf("no-" + known));
                case WRONG_PASSWORD_OF_AN_ADDRESS -> loginByEmail(players, emailOf(known));
                case WITHOUT_A_HASH -> login(players, known, "x".repeat(129));
              };
          long took = System.nanoTime() - start;
          assertThat(answer.status()).isEqualTo(401);
          if (round >= 0) {
            nanos.computeIfAbsent(refusal, r -> new ArrayList<>()).add(took);
          }
        }
      }
    }
    nanos.forEach(
        (refusal, times) ->
            System.out.printf(
                "%s: median %.2f ms, slower than a wrong password in %.3f of all pairs%n",
                refusal,
                median(times) / 1e6,
                slower(times, Objects.requireNonNull(nanos.get(Refusal.WRONG_PASSWORD)))));

    List<Long> wrong = Objects.requireNonNull(nanos.get(Refusal.WRONG_PASSWORD));
    assertThat(slower(Objects.requireNonNull(nanos.get(Refusal.UNKNOWN_NAME)), wrong))
        .isBetween(0.35, 0.65);
    assertThat(
            slower(Objects.requireNonNull(nanos.get(Refusal.WRONG_PASSWORD_OF_AN_OLD_HASH)), wrong))
        .isBetween(0.35, 0.65);
    assertThat(
            slower(
                Objects.requireNonNull(nanos.get(Refusal.UNKNOWN_ADDRESS)),
                Objects.requireNonNull(nanos.get(Refusal.WRONG_PASSWORD_OF_AN_ADDRESS))))
        .isBetween(0.35, 0.65);
    assertThat(slower(Objects.requireNonNull(nanos.get(Refusal.WITHOUT_A_HASH)), wrong))
        .isLessThan(0.2);
  }

  /** The share of pairs in which the first is slower (Mann-Whitney U over its largest value). */
  private static double slower(List<Long> these, List<Long> those) {
    long count = 0;
    for (long a : these) {
      for (long b : those) {
        count += a > b ? 2 : a == b ? 1 : 0;
      }
    }
    return count / (2.0 * these.size() * those.size());
  }

  private static double median(List<Long> times) {
    List<Long> sorted = new ArrayList<>(times);
    Collections.sort(sorted);
    return sorted.get(sorted.size() / 2);
  }

  private static Answer login(Client players, String name, String password) {
    return players.post(
        "/v1/sessions", Map.of("grant", "password", "username", name, "password", password));
  }

  private static String emailOf(String name) {
    return name + "@mail.example";
  }

  private static Answer loginByEmail(Client players, String address) {
    return players.post(
        "/v1/sessions",
        Map.of(
            "grant",
            "password",
            "channel",
            "email",
            "address",
            address,
            "password",
            "not this one"));
  }

  private static void setOldHash(String name) throws Exception {
    var mysql = Backends.mysql();
    try (Connection connection =
        DriverManager.getConnection(
            mysql.jdbcUrl("usercenter_" + Names.shardOf(name)), mysql.user(), mysql.password())) {
      connection
          .createStatement()
          .executeUpdate(
              "UPDATE user SET password_hash = '$md5$salt=kX7$a6e9c383c164bc91b24617c73f9c23ba'"
                  + " WHERE username = '"
                  + name
                  + "'");
    }
  }
}
