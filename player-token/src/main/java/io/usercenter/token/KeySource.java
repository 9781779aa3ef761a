package io.usercenter.token;

import org.jspecify.annotations.Nullable;

/**
 * Where a verifier finds the keys: {@link Jwks} holds them, a game server fetches them from the
 * issuer. Called for every token by many threads at once; must not throw.
 */
@FunctionalInterface
public interface KeySource {
  /**
   * The key with this id, or null.
   *
   * @param kid as found in the token, so it may be anything an attacker likes
   */
  @Nullable VerificationKey find(String kid);
}
