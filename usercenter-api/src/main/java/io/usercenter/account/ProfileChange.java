package io.usercenter.account;

import org.jspecify.annotations.Nullable;

/**
 * A change of what others see of an account, checked.
 *
 * @param displayName null leaves it
 * @param withNickname whether the nickname changes
 * @param nickname null removes it, when it changes
 * @param profile a JSON merge patch (RFC 7396) for the profile; {@code {}} leaves it
 */
public record ProfileChange(
    @Nullable String displayName,
    boolean withNickname,
    @Nullable String nickname,
    String profile) {}
