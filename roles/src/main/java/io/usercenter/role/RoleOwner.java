package io.usercenter.role;

import io.usercenter.id.UserId;
import io.usercenter.roleevent.ServerId;

/** Whose character it is, and on which game server. */
public record RoleOwner(UserId userId, ServerId serverId) {}
