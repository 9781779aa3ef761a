package io.usercenter.account;

import io.usercenter.id.UserId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What may be known of an account. Never the password hash.
 *
 * @param username canonical
 * @param displayName what other players see: chosen, or the username as typed
 * @param profile null when he says nothing of himself
 * @param status of its life; {@code ACTIVE} or {@code PENDING_DELETION}
 * @param eraseAfter null: it is to stay
 * @param authEpoch access tokens with a smaller epoch are refused
 * @param channel where the account was registered
 */
public record Account(
    UserId userId,
    String username,
    String displayName,
    @Nullable String nickname,
    @Nullable Profile profile,
    AccountStatus status,
    @Nullable Instant eraseAfter,
    int authEpoch,
    String channel,
    Instant registerTime,
    @Nullable Instant lastLoginTime) {}
