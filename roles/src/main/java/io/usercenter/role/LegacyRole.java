package io.usercenter.role;

import io.usercenter.roleevent.RoleId;
import io.usercenter.roleevent.RolePicture;
import io.usercenter.roleevent.ServerId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A character as another system had it, before any game server told of it here.
 *
 * @param createdAt null when unknown
 * @param lastLoginAt null when it was never used, or that is unknown
 */
public record LegacyRole(
    ServerId serverId,
    RoleId roleId,
    RolePicture picture,
    @Nullable Instant createdAt,
    @Nullable Instant lastLoginAt) {}
