package io.usercenter.rolesync;

import org.redisson.api.stream.StreamMessageId;

/**
 * One entry of a stream.
 *
 * @param text the event as it was sent, whatever it is
 * @param credentialId who claims to have sent it; empty when nobody does
 * @param signature of the text; empty when there is none
 * @param trace what caused it, a {@code traceparent}; empty when that is not traced
 */
record StreamEntry(
    StreamMessageId id, String text, String credentialId, String signature, String trace) {}
