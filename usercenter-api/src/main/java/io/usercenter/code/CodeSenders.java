package io.usercenter.code;

import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The one sender of this deployment, if there is any. */
final class CodeSenders implements AutoCloseable {
  private final @Nullable CodeSender chosen;

  /**
   * @param foreign beans of the publisher's
   */
  CodeSenders(CodeSettings settings, List<CodeSender> foreign, InstantSource clock) {
    List<CodeSender> all = new ArrayList<>(foreign);
    if (settings.webhookUrl() != null) {
      all.add(
          new WebhookSender(
              URI.create(settings.webhookUrl()),
              Objects.requireNonNull(settings.webhookSecret()),
              settings.webhookChannels(),
              settings.webhookTimeout(),
              clock));
    }
    if (settings.toLog()) {
      all.add(new LogSender());
    }
    if (all.size() > 1) {
      throw new IllegalStateException(
          "codes have more than one sender: choose among usercenter.codes.webhook-url,"
              + " usercenter.codes.to-log and beans of type CodeSender");
    }
    chosen = all.isEmpty() ? null : all.getFirst();
  }

  @Nullable CodeSender chosen() {
    return chosen;
  }

  @Override
  public void close() {
    if (chosen instanceof WebhookSender webhook) {
      webhook.close();
    }
  }
}
