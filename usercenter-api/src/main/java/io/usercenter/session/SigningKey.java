package io.usercenter.session;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A key that signs access tokens, as operators see it.
 *
 * @param algorithm {@code ES256}, {@code RS256} or {@code EdDSA}
 * @param status {@code SIGNING}, {@code NEXT} (published, its turn comes), {@code PAST} (published,
 *     so that its tokens stay good), {@code COMPROMISED} or {@code RETIRED}
 * @param signsFrom absent for a key whose turn is not fixed yet
 */
public record SigningKey(
    String kid,
    String algorithm,
    String status,
    Instant createdAt,
    @Nullable Instant signsFrom,
    @Nullable Instant compromisedAt,
    @Nullable Instant retiredAt) {}
