package io.usercenter.admin;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The login that a request comes by.
 *
 * @param sessionId names it; lets nobody in
 * @param csrfToken what a page sends with whatever changes something; null for a bearer token
 * @param provenAt when its operator last showed password and code
 */
record OperatorSession(
    String sessionId, @Nullable String csrfToken, Instant provenAt, Instant expiresAt) {}
