package io.usercenter.session;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A session as its player or an operator sees it.
 *
 * @param endedAt null while it lives
 * @param endReason {@code LOGOUT}, {@code KICKED}, {@code REPLACED}, {@code BANNED}, {@code
 *     PASSWORD}, {@code THEFT} or {@code DELETED}; null while it lives
 */
public record Session(
    SessionId sessionId,
    String deviceClass,
    @Nullable String deviceId,
    String channel,
    Instant createdAt,
    String createdIp,
    Instant lastUsedAt,
    Instant expiresAt,
    @Nullable Instant endedAt,
    @Nullable String endReason) {}
