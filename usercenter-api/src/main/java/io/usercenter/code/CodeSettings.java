package io.usercenter.code;

import io.usercenter.platform.Bounds;
import io.usercenter.platform.OutsideServer;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Codes for e-mail addresses and phones. Without a sender there are none.
 *
 * @param life for how long a code is good; default 10 min
 * @param webhookUrl where messages are posted to be sent; https, or http on this machine
 * @param webhookSecret what posts are signed with, 32 characters or more; required with the URL
 * @param webhookChannels by what the webhook sends; default both
 * @param webhookTimeout for one message; default 5 s
 * @param toLog writes codes to the log and sends nothing; whoever reads the log gets in as anybody
 */
@ConfigurationProperties(prefix = "usercenter.codes", ignoreUnknownFields = false)
record CodeSettings(
    @DefaultValue("10m") Duration life,
    @Nullable String webhookUrl,
    @Nullable String webhookSecret,
    @DefaultValue({"email", "phone"}) Set<Medium> webhookChannels,
    @DefaultValue("5s") Duration webhookTimeout,
    @DefaultValue("false") boolean toLog) {
  private static final int SHORTEST_SECRET = 32;

  CodeSettings {
    Bounds.require("usercenter.codes.life", life, Duration.ofSeconds(1), Duration.ofHours(1));
    Bounds.require(
        "usercenter.codes.webhook-timeout",
        webhookTimeout,
        Duration.ofMillis(100),
        Duration.ofSeconds(30));
    // A variable that is not set comes as an empty text.
    webhookUrl = webhookUrl == null || webhookUrl.isBlank() ? null : webhookUrl;
    webhookSecret = webhookSecret == null || webhookSecret.isBlank() ? null : webhookSecret;
    if (webhookUrl != null && !isSafe(webhookUrl)) {
      throw new IllegalArgumentException(
          "usercenter.codes.webhook-url must be https, or http on this machine");
    }
    if (webhookUrl != null && (webhookSecret == null || webhookSecret.length() < SHORTEST_SECRET)) {
      throw new IllegalArgumentException(
          "usercenter.codes.webhook-secret must have 32 characters or more");
    }
    if (webhookChannels.isEmpty()) {
      throw new IllegalArgumentException("usercenter.codes.webhook-channels must not be empty");
    }
    webhookChannels = Set.copyOf(webhookChannels);
  }

  private static boolean isSafe(String url) {
    try {
      return OutsideServer.isSafe(new URI(url));
    } catch (URISyntaxException e) {
      return false;
    }
  }

  /** Its path and query may hold a secret too. */
  @Override
  public String toString() {
    return "CodeSettings[life=" + life + ", [REDACTED]]";
  }
}
