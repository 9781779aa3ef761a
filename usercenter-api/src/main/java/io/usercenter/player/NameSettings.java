package io.usercenter.player;

import io.usercenter.platform.Bounds;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How names may be changed.
 *
 * @param renameInterval shortest time between two changes of a username; default 30 days
 */
@ConfigurationProperties(prefix = "usercenter.names", ignoreUnknownFields = false)
record NameSettings(@DefaultValue("30d") Duration renameInterval) {
  NameSettings {
    Bounds.require(
        "usercenter.names.rename-interval", renameInterval, Duration.ZERO, Duration.ofDays(3650));
  }
}
