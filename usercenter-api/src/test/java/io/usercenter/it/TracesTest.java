package io.usercenter.it;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.usercenter.testkit.Backends;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * The trace of a game server or a client (W3C Trace Context) leads through the log to the shards
 * that its request touched, and goes on to the servers that are asked for it.
 */
class TracesTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String CALLER = "b7ad6b7169203331";
  private static final ListAppender<ILoggingEvent> LOG = new ListAppender<>();

  private static CodeGateway gateway;
  private static Usercenter service;

  @BeforeAll
  static void start() {
    gateway = new CodeGateway();
    service = Usercenter.start(Backends.mysql(), Backends.redis(), gateway.settings());
    LOG.start();
    costs().addAppender(LOG);
    costs().setLevel(Level.DEBUG);
  }

  @AfterAll
  static void stop() {
    costs().setLevel(null);
    costs().detachAppender(LOG);
    service.close();
    gateway.close();
  }

  private static Logger costs() {
    return (Logger) LoggerFactory.getLogger("io.usercenter.platform.RequestCost");
  }

  private static Client traced() {
    return service.players().with("traceparent", "00-" + TRACE + "-" + CALLER + "-01");
  }

  @Test
  void aTraceLeadsFromTheCallerToTheShard() {
    String name = Names.fresh();
    traced().register(name).expect(201);
    Eventually.holds("the line is there", Duration.ofSeconds(10), () -> !ofTheTrace().isEmpty());
    ILoggingEvent line = ofTheTrace().getFirst();
    assertThat(line.getMDCPropertyMap())
        .containsEntry("parentSpanId", CALLER)
        .hasEntrySatisfying("spanId", id -> assertThat(id).matches("[0-9a-f]{16}"));
    assertThat(line.getFormattedMessage())
        .startsWith("POST /v1/accounts answered 201: shards [")
        .contains(Names.shardOf(name).toString());
  }

  @Test
  void itGoesOnToTheServersThatAreAsked() {
    traced()
        .post(
            "/v1/codes",
            Map.of(
                "channel", "email", "purpose", "login", "address", Names.fresh() + "@example.com"))
        .expect(202);
    assertThat(gateway.traceparent()).startsWith("00-" + TRACE + "-").doesNotContain(CALLER);
  }

  private static List<ILoggingEvent> ofTheTrace() {
    return new ArrayList<>(LOG.list)
        .stream().filter(e -> TRACE.equals(e.getMDCPropertyMap().get("traceId"))).toList();
  }
}
