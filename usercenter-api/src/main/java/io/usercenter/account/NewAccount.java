package io.usercenter.account;

import io.usercenter.id.Username;
import org.jspecify.annotations.Nullable;

/**
 * What an account is made of.
 *
 * @param displayName what other players see; null for the username as typed
 * @param ip of the caller, as text
 * @param deviceId null when the client did not say
 */
public record NewAccount(
    Username username,
    Password password,
    @Nullable String displayName,
    String channel,
    String ip,
    @Nullable String deviceId) {}
