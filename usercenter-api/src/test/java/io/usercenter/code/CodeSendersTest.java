package io.usercenter.code;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Which sender a deployment has, and that it has none by itself. */
class CodeSendersTest {
  private static final String SECRET = "32 characters that nobody guesses";
  private static final String WEBHOOK = "https://codes.example/send";

  private static final CodeSender FOREIGN =
      new CodeSender() {
        @Override
        public Set<Medium> media() {
          return Set.of(Medium.PHONE);
        }

        @Override
        public Delivery send(CodeMessage message) {
          return new Delivery.Taken();
        }
      };

  private static CodeSettings settings(
      @Nullable String webhook, @Nullable String secret, boolean toLog) {
    return new CodeSettings(
        Duration.ofMinutes(10),
        webhook,
        secret,
        Set.of(Medium.EMAIL),
        Duration.ofSeconds(5),
        toLog);
  }

  private static CodeSenders senders(CodeSettings settings, CodeSender... foreign) {
    return new CodeSenders(settings, List.of(foreign), InstantSource.system());
  }

  @Test
  void nothingIsSentUnlessSomebodySaysHow() {
    assertThat(senders(settings(null, null, false)).chosen()).isNull();
    assertThat(senders(settings(null, SECRET, false)).chosen()).isNull();
    assertThat(senders(settings("", "", false)).chosen()).isNull();
  }

  @Test
  void whatIsConfiguredIsChosen() {
    assertThat(senders(settings(null, null, true)).chosen()).isInstanceOf(LogSender.class);
    assertThat(senders(settings(null, null, false), FOREIGN).chosen()).isSameAs(FOREIGN);
    try (CodeSenders webhook = senders(settings(WEBHOOK, SECRET, false))) {
      assertThat(webhook.chosen()).isInstanceOf(WebhookSender.class);
    }
  }

  @Test
  void theLogIsNoSenderBesideARealOne() {
    for (CodeSettings both : List.of(settings(WEBHOOK, SECRET, true), settings(null, null, true))) {
      assertThatIllegalStateException()
          .isThrownBy(() -> senders(both, FOREIGN))
          .withMessageContaining("usercenter.codes.to-log");
    }
  }

  @Test
  void theLogShowsTheCodeAndNotTheAddress() {
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    Logger logger = (Logger) LoggerFactory.getLogger(LogSender.class);
    lines.start();
    logger.addAppender(lines);
    try {
      new LogSender()
          .send(
              new CodeMessage(
                  "1",
                  new Address(Medium.EMAIL, "ayla@example.com"),
                  Purpose.LOGIN,
                  "012345",
                  Duration.ofMinutes(10),
                  null));
    } finally {
      logger.detachAppender(lines);
    }
    assertThat(lines.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .anyMatch(line -> line.contains("012345"))
        .noneMatch(line -> line.contains("ayla"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"http://codes.example/send", "codes.example", "ftp://127.0.0.1/", "https://a b/"})
  void codesGoOverNoOpenLine(String url) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings(url, SECRET, false))
        .withMessageContaining("usercenter.codes.webhook-url");
  }

  @Test
  void aWebhookNeedsASecretThatNobodyGuessesAndNobodyReads() {
    for (String weak : new @Nullable String[] {null, "", "x".repeat(31)}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> settings(WEBHOOK, weak, false))
          .withMessageContaining("usercenter.codes.webhook-secret");
    }
    assertThat(settings(WEBHOOK, SECRET, false).toString()).doesNotContain(SECRET);
  }
}
