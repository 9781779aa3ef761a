package io.usercenter.ticket;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A game server that has ticket keys, as operators see it.
 *
 * @param keysMade ever
 * @param compromised how many of them were withdrawn
 * @param mintingEpoch of the key that makes its tickets now; absent when none does
 * @param mintingSince when its turn began
 */
public record ServerWithKeys(
    String serverId,
    long keysMade,
    long compromised,
    @Nullable Integer mintingEpoch,
    @Nullable Instant mintingSince) {}
