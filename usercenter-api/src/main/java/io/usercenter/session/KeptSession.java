package io.usercenter.session;

/**
 * A session that goes on while all others of its user ended.
 *
 * @param tokens to go on with; older ones are refused
 * @param ended how many others there were
 */
public record KeptSession(SessionTokens tokens, int ended) {}
