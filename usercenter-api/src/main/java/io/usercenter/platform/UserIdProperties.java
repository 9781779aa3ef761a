package io.usercenter.platform;

import io.usercenter.id.UserIdSettings;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How long ids can be minted without the admin database.
 *
 * @param window how far ahead timestamps are reserved; 1 s to 1 h, default 300 s. An outage of the
 *     admin database is not noticed for this less {@code renewal}, at least; a killed process
 *     blocks its machine number this long
 * @param renewal how often the window is moved up; 10 ms to a third of it, default 75 s
 */
@Validated
@ConfigurationProperties(prefix = "usercenter.ids", ignoreUnknownFields = false)
record UserIdProperties(
    @DefaultValue("300s") Duration window, @DefaultValue("75s") Duration renewal) {

  UserIdProperties {
    Bounds.require("usercenter.ids.window", window, Duration.ofSeconds(1), Duration.ofHours(1));
    Bounds.require("usercenter.ids.renewal", renewal, Duration.ofMillis(10), window.dividedBy(3));
  }

  UserIdSettings toSettings() {
    return UserIdSettings.standard().withWindow(window, renewal);
  }
}
