package io.usercenter.token;

import static java.util.Objects.requireNonNull;

import io.jsonwebtoken.security.Jwk;
import io.jsonwebtoken.security.PublicJwk;
import java.security.Key;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The public keys of an issuer, as in the JWK Set document of RFC 7517. Immutable. */
public final class Jwks implements KeySource {
  private final Map<String, VerificationKey> byKid;

  private Jwks(Map<String, VerificationKey> byKid) {
    this.byKid = byKid;
  }

  /**
   * @throws IllegalArgumentException if two keys have the same kid
   */
  public static Jwks of(Collection<VerificationKey> keys) {
    Map<String, VerificationKey> byKid = new LinkedHashMap<>();
    for (VerificationKey key : keys) {
      if (byKid.put(key.kid(), key) != null) {
        throw new IllegalArgumentException("two keys have the kid " + key.kid());
      }
    }
    return new Jwks(byKid);
  }

  /**
   * Reads a JWK Set. Keys of unknown types, uses and algorithms are skipped (RFC 7517 5), so are
   * keys without {@code kid} or {@code alg}, since a key must be fixed to one algorithm.
   *
   * @throws IllegalArgumentException if it is no JWK Set, has a key twice, or holds a private key
   */
  public static Jwks parse(String json) {
    try {
      List<VerificationKey> keys = new ArrayList<>();
      for (Map<String, Object> member : StrictJson.objects(StrictJson.readObject(json), "keys")) {
        VerificationKey key = key(member);
        if (key != null) {
          keys.add(key);
        }
      }
      return of(keys);
    } catch (StrictJson.NotJsonException e) {
      throw new IllegalArgumentException("not a JWK Set: " + e.getMessage(), e);
    }
  }

  private static @Nullable VerificationKey key(Map<String, Object> member) {
    if (member.containsKey("d") || member.containsKey("k")) {
      throw new IllegalArgumentException("the JWK Set holds a key that must be secret");
    }
    if (!(member.get("kid") instanceof String kid)
        || !VerificationKey.isKid(kid)
        || !(member.get("alg") instanceof String alg)
        || !"sig".equals(member.getOrDefault("use", "sig"))) {
      return null;
    }
    SigningAlgorithm algorithm = SigningAlgorithm.ofJwsName(alg).orElse(null);
    if (algorithm == null) {
      return null;
    }
    try {
      Jwk<?> jwk = io.jsonwebtoken.security.Jwks.builder().add(member).build();
      Key key = jwk.toKey();
      return key instanceof PublicKey publicKey
          ? VerificationKey.of(kid, algorithm, publicKey.getEncoded())
          : null;
    } catch (RuntimeException e) { // jjwt and providers throw many kinds for values out of range
      return null;
    }
  }

  /** The document for {@code /.well-known/jwks.json}. */
  public String toJson() {
    List<Map<String, ?>> members = new ArrayList<>();
    for (VerificationKey key : byKid.values()) {
      PublicJwk<PublicKey> jwk =
          io.jsonwebtoken.security.Jwks.builder()
              .key(key.publicKey())
              .id(key.kid())
              .algorithm(key.algorithm().jwsName())
              .publicKeyUse("sig")
              .build();
      members.add(new LinkedHashMap<>(jwk));
    }
    return StrictJson.write(Map.of("keys", members));
  }

  /** In the order of the document. */
  public List<VerificationKey> keys() {
    return List.copyOf(byKid.values());
  }

  @Override
  public @Nullable VerificationKey find(String kid) {
    return byKid.get(requireNonNull(kid, "kid"));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Jwks jwks && byKid.equals(jwks.byKid);
  }

  @Override
  public int hashCode() {
    return byKid.hashCode();
  }

  @Override
  public String toString() {
    return "Jwks" + byKid.keySet();
  }
}
