package io.usercenter.account;

import io.usercenter.id.Username;
import io.usercenter.identity.Identity;
import org.jspecify.annotations.Nullable;

/**
 * What an account is made of.
 *
 * @param password null when there is another way in
 * @param displayName what other players see; null for the username as typed
 * @param ip of the caller, as text
 * @param deviceId null when the client did not say
 * @param identity a way in besides name and password, whose shard the username leads to; or null
 */
public record NewAccount(
    Username username,
    @Nullable Password password,
    @Nullable String displayName,
    String channel,
    String ip,
    @Nullable String deviceId,
    @Nullable Identity identity) {}
