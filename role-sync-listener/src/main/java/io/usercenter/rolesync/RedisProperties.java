package io.usercenter.rolesync;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Where Redis is. It may be away at any time, at the start too.
 *
 * @param url one server, sentinels or a cluster, as {@link io.usercenter.redis.RedisServers} reads
 *     it
 * @param connections 1 to 64, default 8: few and busy ones carry more than many idle ones
 * @param timeout for connecting and for an answer; 10 ms to 1 min, default 2 s
 */
@Validated
@ConfigurationProperties(prefix = "usercenter.redis", ignoreUnknownFields = false)
record RedisProperties(
    @DefaultValue("redis://127.0.0.1:6379") String url,
    @DefaultValue("8") @Min(1) @Max(64) int connections,
    @DefaultValue("2s") @DurationMin(millis = 10) @DurationMax(minutes = 1) Duration timeout) {
  @Override
  public String toString() {
    return "RedisProperties[url=[REDACTED], connections=" + connections + "]";
  }
}
