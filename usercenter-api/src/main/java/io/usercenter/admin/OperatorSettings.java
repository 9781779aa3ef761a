package io.usercenter.admin;

import io.usercenter.platform.Bounds;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Operators.
 *
 * @param bootstrapPassword the password of the operator {@code admin} who is made at a start that
 *     finds no operators; there is no default, and without it none is made
 * @param sessionLife how long an operator stays logged in; default 12 h
 * @param idleTimeout how long a login lives that nobody uses; default 30 min
 * @param reauthentication how long after showing password and code an operator may do what is
 *     dangerous; default 5 min
 * @param requireTotp whether who has no second factor may do nothing but set one up; default false
 */
@ConfigurationProperties(prefix = "usercenter.operators", ignoreUnknownFields = false)
record OperatorSettings(
    @Nullable String bootstrapPassword,
    @DefaultValue("12h") Duration sessionLife,
    @DefaultValue("30m") Duration idleTimeout,
    @DefaultValue("5m") Duration reauthentication,
    @DefaultValue("false") boolean requireTotp) {

  OperatorSettings {
    Bounds.require(
        "usercenter.operators.session-life",
        sessionLife,
        Duration.ofMinutes(1),
        Duration.ofDays(30));
    Bounds.require(
        "usercenter.operators.idle-timeout",
        idleTimeout,
        Duration.ofMinutes(2),
        Duration.ofDays(30));
    Bounds.require(
        "usercenter.operators.reauthentication",
        reauthentication,
        Duration.ofSeconds(10),
        Duration.ofHours(1));
  }

  @Override
  public String toString() {
    return "OperatorSettings[sessionLife=%s, requireTotp=%s, [REDACTED]]"
        .formatted(sessionLife, requireTotp);
  }
}
