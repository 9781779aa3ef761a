package io.usercenter.gameserver;

import io.usercenter.id.UserId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A role event that was not applied.
 *
 * @param stream by which it came; {@code parked} when it waited in vain for its player
 * @param reason see {@code docs/role-sync.md}
 * @param serverId absent, as the next two, when the event could not be read
 * @param credentialId who vouched for it; absent when nobody did
 * @param event as it came; empty when its player's account was erased
 * @param replayedAt absent while it stands open
 * @param replayOutcome what became of it when it was applied again
 */
public record RejectedRoleEvent(
    String rejectedId,
    String stream,
    Instant rejectedAt,
    String reason,
    String detail,
    @Nullable String serverId,
    @Nullable UserId userId,
    @Nullable String roleId,
    @Nullable String credentialId,
    String event,
    @Nullable Instant replayedAt,
    @Nullable String replayedBy,
    @Nullable String replayOutcome) {}
