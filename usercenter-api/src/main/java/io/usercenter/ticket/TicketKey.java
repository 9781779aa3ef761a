package io.usercenter.ticket;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A ticket key of a game server, as operators see it: without the key.
 *
 * @param epoch rises by one; tickets show its low eight bits
 * @param status {@code MINTING}, {@code NEXT} (delivered, its turn comes), {@code PAST} (delivered
 *     as long as one of its tickets can be in time), {@code RETIRED} or {@code COMPROMISED}
 * @param mintsFrom absent for a key whose turn is not fixed yet
 * @param acceptUntil from then on no ticket of it can be in time; absent while none follows
 */
public record TicketKey(
    int epoch,
    String status,
    Instant createdAt,
    @Nullable Instant mintsFrom,
    @Nullable Instant acceptUntil,
    @Nullable Instant compromisedAt) {}
