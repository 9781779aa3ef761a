package io.usercenter.benchmarks;

import cn.dev33.satoken.jwt.SaJwtUtil;
import com.auth0.jwt.JWT;
import com.auth0.jwt.JWTVerifier;
import com.auth0.jwt.algorithms.Algorithm;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import io.jsonwebtoken.JwtParser;
import io.jsonwebtoken.Jwts;
import io.usercenter.id.UserId;
import io.usercenter.token.Revocations;
import io.usercenter.token.SigningAlgorithm;
import io.usercenter.token.SigningKeyPair;
import io.usercenter.token.TokenSigner;
import io.usercenter.token.TokenSubject;
import io.usercenter.token.TokenType;
import io.usercenter.token.TokenVerifier;
import io.usercenter.token.Verification;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Security;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;

/**
 * What a check of an access token costs, beside its signature alone, a look into a cache, and other
 * libraries, which all check the same tokens with the same key and provider: signature, times,
 * issuer, and the audience where they can. Only ours looks for revocations as well.
 */
@SuppressWarnings("NullAway.Init") // JMH calls prepare() first
@State(Scope.Benchmark)
public class TokenBenchmark {
  private static final String ISSUER = "https://id.example.com";
  private static final String AUDIENCE = "games";
  private static final Duration LIFE = Duration.ofHours(1);
  private static final int TOKENS = 1_024;
  private static final String SECRET = "0123456789abcdef0123456789abcdef";

  @Param("ES256")
  public SigningAlgorithm algorithm;

  private final String[] tokens = new String[TOKENS];
  private final String[] hmacTokens = new String[TOKENS];
  private final byte[][] signed = new byte[TOKENS][];
  private final byte[][] signatures = new byte[TOKENS][];
  private int next;

  private PublicKey publicKey;
  private Signature signature;
  private TokenVerifier verifier;
  private TokenVerifier remembering;
  private Cache<String, Verification> cache;
  private Cache<String, Verification> expiring;
  private JwtParser jjwt;
  private @Nullable DefaultJWTProcessor<SecurityContext> nimbus;
  private @Nullable NimbusJwtDecoder spring;
  private @Nullable JWTVerifier auth0;

  /** Puts Amazon's provider first for everybody, when it is on the class path. */
  private static void preferFasterProvider() {
    try {
      Security.insertProviderAt(
          (Provider)
              Class.forName("com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider")
                  .getField("INSTANCE")
                  .get(null),
          1);
    } catch (ReflectiveOperationException e) {
      System.err.println("    signatures of the JDK");
    }
  }

  @Setup
  public void prepare() throws GeneralSecurityException {
    preferFasterProvider();
    SecureRandom random = new SecureRandom();
    InstantSource clock = InstantSource.system();
    SigningKeyPair key = SigningKeyPair.generate(algorithm, random);
    publicKey = key.verificationKey().publicKey();
    signature =
        Signature.getInstance(
            switch (algorithm) {
              case ES256 -> "SHA256withECDSAinP1363Format";
              case RS256 -> "SHA256withRSA";
              case EDDSA -> "Ed25519";
            });
    TokenSigner signer =
        new TokenSigner(TokenType.AT_JWT, ISSUER, AUDIENCE, key, LIFE, clock, random);
    verifier = verifier(key, clock, 0);
    remembering = verifier(key, clock, 16_384);
    cache = Caffeine.newBuilder().maximumSize(16_384).build();
    expiring = Caffeine.newBuilder().maximumSize(16_384).expireAfterWrite(LIFE).build();
    for (int i = 0; i < TOKENS; i++) {
      UserId user = new UserId(random.nextLong(1, 1L << 60));
      String token =
          signer
              .mint(new TokenSubject(user, random.nextLong(1, 1L << 60), 0, "steam", "pc"))
              .compact();
      tokens[i] = token;
      int dot = token.lastIndexOf('.');
      signed[i] = token.substring(0, dot).getBytes(StandardCharsets.US_ASCII);
      signatures[i] = Base64.getUrlDecoder().decode(token.substring(dot + 1));
      String copy = new String(token.toCharArray());
      Verification known = remembering.verify(new String(token.toCharArray()));
      cache.put(copy, known);
      expiring.put(copy, known);
      hmacTokens[i] =
          SaJwtUtil.createToken("login", user.toString(), "pc", LIFE.toSeconds(), Map.of(), SECRET);
    }
    jjwt =
        Jwts.parser().verifyWith(publicKey).requireIssuer(ISSUER).requireAudience(AUDIENCE).build();
    if (algorithm != SigningAlgorithm.EDDSA) { // which the others cannot do, or not by themselves
      nimbus = nimbus(key);
      nimbus.setJWTClaimsSetVerifier(
          new DefaultJWTClaimsVerifier<>(
              AUDIENCE,
              new JWTClaimsSet.Builder().issuer(ISSUER).build(),
              Set.of("sub", "iat", "exp", "jti")));
      DefaultJWTProcessor<SecurityContext> withoutClaims = nimbus(key);
      withoutClaims.setJWTClaimsSetVerifier((claims, context) -> {}); // as Spring sets it
      spring = new NimbusJwtDecoder(withoutClaims);
      spring.setJwtValidator( // the default ones are for other types of JWT
          new DelegatingOAuth2TokenValidator<>(
              new JwtTimestampValidator(), new JwtIssuerValidator(ISSUER)));
      auth0 =
          JWT.require(
                  publicKey instanceof ECPublicKey ec
                      ? Algorithm.ECDSA256(ec, null)
                      : Algorithm.RSA256((RSAPublicKey) publicKey, null))
              .withIssuer(ISSUER)
              .withAudience(AUDIENCE)
              .build();
    }
  }

  private static TokenVerifier verifier(SigningKeyPair key, InstantSource clock, int remembered) {
    return TokenVerifier.builder()
        .issuer(ISSUER)
        .audience(AUDIENCE)
        .keys(kid -> kid.equals(key.kid()) ? key.verificationKey() : null)
        .revocations(new Revocations(LIFE.plusSeconds(5), 1_000, clock))
        .checkedTokens(remembered)
        .build();
  }

  private DefaultJWTProcessor<SecurityContext> nimbus(SigningKeyPair key) {
    JWK jwk =
        publicKey instanceof ECPublicKey ec
            ? new ECKey.Builder(Curve.P_256, ec).keyID(key.kid()).build()
            : new RSAKey.Builder((RSAPublicKey) publicKey).keyID(key.kid()).build();
    DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
    processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(new JOSEObjectType("at+jwt")));
    processor.setJWSKeySelector(
        new JWSVerificationKeySelector<>(
            JWSAlgorithm.parse(algorithm.jwsName()), new ImmutableJWKSet<>(new JWKSet(jwk))));
    return processor;
  }

  private int next() {
    next = (next + 1) & (TOKENS - 1);
    return next;
  }

  private static Verification good(@Nullable Verification verification) {
    if (verification instanceof Verification.Verified) {
      return verification;
    }
    throw new IllegalStateException("refused: " + verification);
  }

  @Benchmark
  public boolean signatureAlone(ProcessorTime time) throws GeneralSecurityException {
    time.count();
    int i = next();
    signature.initVerify(publicKey);
    signature.update(signed[i]);
    if (!signature.verify(signatures[i])) {
      throw new IllegalStateException("a signature is wrong");
    }
    return true;
  }

  @Benchmark
  public Verification fresh(ProcessorTime time) {
    time.count();
    return good(verifier.verify(tokens[next()]));
  }

  @Benchmark
  public Verification seenBefore(ProcessorTime time) {
    time.count();
    return good(remembering.verify(tokens[next()]));
  }

  @Benchmark
  public Verification caffeineHit(ProcessorTime time) {
    time.count();
    return good(cache.getIfPresent(tokens[next()]));
  }

  /** Of entries that end, as tokens do: it has to look at a clock. */
  @Benchmark
  public Verification expiringCaffeineHit(ProcessorTime time) {
    time.count();
    return good(expiring.getIfPresent(tokens[next()]));
  }

  @Benchmark
  public Object jjwt(ProcessorTime time) {
    time.count();
    return jjwt.parseSignedClaims(tokens[next()]);
  }

  @Benchmark
  public Object nimbus(ProcessorTime time) throws Exception {
    time.count();
    return present(nimbus).process(tokens[next()], null);
  }

  @Benchmark
  public Jwt spring(ProcessorTime time) {
    time.count();
    return present(spring).decode(tokens[next()]);
  }

  @Benchmark
  public Object auth0(ProcessorTime time) {
    time.count();
    return present(auth0).verify(tokens[next()]);
  }

  /** Which knows one secret for all who check, and may therefore all make tokens. */
  @Benchmark
  public Object saTokenHmac(ProcessorTime time) {
    time.count();
    return SaJwtUtil.getLoginId(hmacTokens[next()], "login", SECRET);
  }

  private static <T> T present(@Nullable T peer) {
    if (peer == null) {
      throw new IllegalStateException("not with this algorithm");
    }
    return peer;
  }
}
