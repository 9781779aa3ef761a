package io.usercenter.role;

import io.usercenter.id.UserId;

/** Whose character it is, and on which game server. */
public record RoleOwner(UserId userId, ServerId serverId) {}
