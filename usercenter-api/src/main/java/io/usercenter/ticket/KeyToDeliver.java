package io.usercenter.ticket;

import io.usercenter.token.ServerTicketKey;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A ticket key for its game server.
 *
 * @param epoch the whole number
 * @param mintsFrom null when its turn is not fixed yet
 * @param acceptUntil null while none follows
 */
public record KeyToDeliver(
    int epoch, ServerTicketKey key, @Nullable Instant mintsFrom, @Nullable Instant acceptUntil) {}
