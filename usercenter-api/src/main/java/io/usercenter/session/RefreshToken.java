package io.usercenter.session;

import io.usercenter.id.UserId;

/**
 * What a refresh token says once its MAC was checked.
 *
 * @param generation which refresh of the session it is good for, from 0
 */
public record RefreshToken(UserId userId, SessionId sessionId, int generation) {}
