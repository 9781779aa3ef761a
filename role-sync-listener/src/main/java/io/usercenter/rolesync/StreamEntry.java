package io.usercenter.rolesync;

import org.redisson.api.stream.StreamMessageId;

/**
 * One entry of a stream.
 *
 * @param text the event as it was sent, whatever it is
 */
record StreamEntry(StreamMessageId id, String text) {}
