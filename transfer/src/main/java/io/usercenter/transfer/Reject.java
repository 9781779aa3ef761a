package io.usercenter.transfer;

/**
 * A line that did not become an account.
 *
 * @param line counted from 1
 * @param message for people; never a name or a part of a hash
 */
public record Reject(long line, RejectCode code, String message) implements FileLine {}
