package io.usercenter.gameserver;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A credential of game servers, without its secret.
 *
 * @param serverIds the game servers it speaks for; {@code *} for all
 * @param lastUsedAt to the minute; null when never
 */
public record ServiceCredential(
    String credentialId,
    String name,
    List<String> serverIds,
    Instant createdAt,
    String createdBy,
    @Nullable Instant lastUsedAt,
    @Nullable Instant revokedAt) {}
