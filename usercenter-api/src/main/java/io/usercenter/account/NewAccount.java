package io.usercenter.account;

import io.usercenter.id.Username;
import org.jspecify.annotations.Nullable;

/**
 * What an account is made of.
 *
 * @param nickname what other players see; null until the player chose one
 * @param ip of the caller, as text
 * @param deviceId null when the client did not say
 */
public record NewAccount(
    Username username,
    Password password,
    @Nullable String nickname,
    String channel,
    String ip,
    @Nullable String deviceId) {}
