package io.usercenter.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.testkit.Backends;
import io.usercenter.testkit.MySqlServer;
import io.usercenter.testkit.RedisServer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * Ticket keys over time, and when the feed could not be told of one that is compromised, or has
 * lost it.
 */
class TicketKeysTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final String QUICK = "usercenter.tickets.reload=200ms";

  @Test
  void aKeyMakesTicketsForThirtyDaysAndIsDeliveredTwentyMinutesMore() {
    MovedClock clock = new MovedClock();
    try (MySqlServer mysql = Backends.newMySql();
        RedisServer redis = Backends.newRedis();
        Usercenter service =
            Usercenter.start(clock, mysql.address(), mysql.address(), redis, QUICK)) {
      Client server = service.gameServer("s1");
      assertThat(epochs(server)).containsExactly(0, 1);
      clock.ahead(Duration.ofDays(29));
      assertThat(epochs(server)).containsExactly(0, 1);
      assertThat(keys(server).get(1).has("mintsFrom")).isFalse();
      clock.ahead(Duration.ofDays(1));
      Eventually.holds("its turn is over", LONG, () -> epochs(server).equals(List.of(0, 1, 2)));
      Instant turn = Instant.parse(keys(server).get(1).at("/mintsFrom").stringValue());
      assertThat(Duration.between(turn, clock.instant()).abs()).isLessThan(Duration.ofMinutes(1));
      assertThat(Instant.parse(keys(server).get(0).at("/acceptUntil").stringValue()))
          .isEqualTo(turn.plus(Duration.ofMinutes(20)));
      clock.ahead(Duration.ofMinutes(20));
      Eventually.holds("the old one is over", LONG, () -> epochs(server).equals(List.of(1, 2)));
    }
  }

  @Test
  void theFeedTellsOfACompromisedKeyWhenItCanAndAgainWhenItLostIt() {
    try (RedisServer redis = Backends.newRedis();
        Usercenter service = Usercenter.start(Backends.mysql(), redis, QUICK)) {
      Client server = service.gameServer("*");
      String id = Names.fresh();
      server.get("/server/v1/ticket-keys?serverId=" + id).expect(200);
      redis.kill9();
      try {
        Answer gone =
            service
                .operator()
                .post(
                    "/admin/v1/servers/" + id + "/ticket-keys/0:compromise",
                    Map.of("reason", "drill"))
                .expect(200);
        assertThat(gone.text("/status")).isEqualTo("COMPROMISED");
      } finally {
        redis.restart();
      }
      Eventually.holds("the feed tells", LONG, () -> told(server, id).isPresent());
      JsonNode listed =
          service
              .operator()
              .get("/admin/v1/ticket-keys?limit=100&after=" + id.substring(0, id.length() - 1))
              .expect(200)
              .json();
      // Servers of other tests may stand before it.
      JsonNode ours =
          listed
              .at("/servers")
              .valueStream()
              .filter(each -> each.at("/serverId").stringValue().equals(id))
              .findFirst()
              .orElseThrow();
      assertThat(ours.at("/mintingEpoch").intValue()).isEqualTo(1);
      assertThat(ours.at("/compromised").intValue()).isEqualTo(1);
      JsonNode first = service.operator().get("/admin/v1/ticket-keys?limit=1").expect(200).json();
      assertThat(first.at("/servers").size()).isEqualTo(1);
      assertThat(first.at("/next").stringValue())
          .isEqualTo(first.at("/servers/0/serverId").stringValue());
      String generation = told(server, id).orElseThrow();
      redis.flush();
      Eventually.holds(
          "and again",
          LONG,
          () -> told(server, id).filter(another -> !another.equals(generation)).isPresent());
    }
  }

  /** The generation of the feed that says that the first key of the server is compromised. */
  private static Optional<String> told(Client server, String id) {
    Answer page = server.get("/server/v1/revocations?after=0");
    if (page.status() != 200) {
      return Optional.empty(); // it has not heard of Redis again
    }
    boolean told =
        page.json()
            .at("/revocations")
            .valueStream()
            .anyMatch(
                entry ->
                    entry.at("/serverId").asString("").equals(id)
                        && entry.at("/ticketKeyEpoch").intValue() == 0
                        && entry.at("/reason").stringValue().equals("TICKET_KEY_COMPROMISED"));
    String next = page.text("/next");
    return told ? Optional.of(next.substring(0, next.indexOf('.'))) : Optional.empty();
  }

  private static List<JsonNode> keys(Client server) {
    return server
        .get("/server/v1/ticket-keys?serverId=s1")
        .expect(200)
        .json()
        .at("/keys")
        .valueStream()
        .toList();
  }

  private static List<Integer> epochs(Client server) {
    return keys(server).stream().map(key -> key.at("/epoch").intValue()).toList();
  }
}
