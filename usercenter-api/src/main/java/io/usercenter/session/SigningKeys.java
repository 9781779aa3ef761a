package io.usercenter.session;

import io.usercenter.platform.MasterKey;
import io.usercenter.token.Jwks;
import io.usercenter.token.KeySource;
import io.usercenter.token.SigningAlgorithm;
import io.usercenter.token.SigningKeyPair;
import io.usercenter.token.VerificationKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.scheduling.annotation.Scheduled;

/**
 * The keys that sign access tokens, kept in the admin database with the private half sealed by
 * AES-256-GCM (kid as associated data) under a key derived from the master key. Held in memory: no
 * request waits for that database.
 */
final class SigningKeys implements KeySource {
  private static final Logger log = LoggerFactory.getLogger(SigningKeys.class);
  private static final int NONCE = 12;
  private static final int TAG_BITS = 128;

  private final SigningKeyMapper mapper;
  private final SecretKey seal;
  private final SecureRandom random;
  private final InstantSource clock;
  private volatile Loaded loaded;

  SigningKeys(SigningKeyMapper mapper, MasterKey master, SecureRandom random, InstantSource clock) {
    this.mapper = mapper;
    this.seal = master.derive("signing key seal v1", "AES");
    this.random = random;
    this.clock = clock;
    this.loaded = loadOrCreate();
  }

  /** The key that signs now. */
  SigningKeyPair active() {
    return loaded.active();
  }

  /** All keys that tokens may be checked with. */
  Jwks jwks() {
    return loaded.jwks();
  }

  @Override
  public @Nullable VerificationKey find(String kid) {
    return loaded.jwks().find(kid);
  }

  /** Learns of keys that other instances made. */
  @Scheduled(fixedDelay = 30_000, initialDelay = 30_000)
  void reload() {
    try {
      Loaded fresh = load();
      if (fresh != null) {
        loaded = fresh;
      }
    } catch (DataAccessException e) {
      log.warn("signing keys stay as they are, the admin database is away: {}", e.getMessage());
    }
  }

  private Loaded loadOrCreate() {
    Loaded existing = load();
    if (existing != null) {
      return existing;
    }
    SigningKeyPair pair = SigningKeyPair.generate(SigningAlgorithm.ES256, random);
    try {
      mapper.insertActive(
          pair.kid(),
          pair.algorithm().name(),
          pair.publicX509(),
          sealed(pair.kid(), pair.privatePkcs8()),
          clock.instant());
      log.info("made the first signing key {}", pair.kid());
    } catch (DuplicateKeyException e) {
      log.info("another instance made the first signing key");
    }
    Loaded created = load();
    if (created == null) {
      throw new IllegalStateException("there is no active signing key in usercenter_admin");
    }
    return created;
  }

  private @Nullable Loaded load() {
    List<VerificationKey> all = new ArrayList<>();
    SigningKeyPair active = null;
    for (SigningKeyMapper.Row row : mapper.current()) {
      SigningAlgorithm algorithm = SigningAlgorithm.valueOf(row.algorithm());
      all.add(VerificationKey.of(row.kid(), algorithm, row.publicKey()));
      if (row.activeSlot() != null) {
        active =
            SigningKeyPair.of(
                row.kid(), algorithm, row.publicKey(), unsealed(row.kid(), row.sealedPrivate()));
      }
    }
    return active == null ? null : new Loaded(active, Jwks.of(all));
  }

  private byte[] sealed(String kid, byte[] secret) {
    byte[] nonce = new byte[NONCE];
    random.nextBytes(nonce);
    try {
      byte[] text = cipher(Cipher.ENCRYPT_MODE, kid, nonce).doFinal(secret);
      return ByteBuffer.allocate(NONCE + text.length).put(nonce).put(text).array();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("sealing a signing key failed", e);
    }
  }

  private byte[] unsealed(String kid, byte[] sealed) {
    try {
      return cipher(Cipher.DECRYPT_MODE, kid, Arrays.copyOf(sealed, NONCE))
          .doFinal(sealed, NONCE, sealed.length - NONCE);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(
          "signing key "
              + kid
              + " cannot be opened with this master key: UC_MASTER_KEY is not the one it was sealed"
              + " with",
          e);
    }
  }

  private Cipher cipher(int mode, String kid, byte[] nonce) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, seal, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(kid.getBytes(StandardCharsets.UTF_8));
    return cipher;
  }

  private record Loaded(SigningKeyPair active, Jwks jwks) {}
}
