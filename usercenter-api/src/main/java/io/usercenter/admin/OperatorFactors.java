package io.usercenter.admin;

import io.usercenter.platform.AdminTransactions;
import io.usercenter.platform.ApiException;
import io.usercenter.platform.Digests;
import io.usercenter.platform.ErrorCode;
import io.usercenter.platform.MasterKey;
import io.usercenter.platform.Seal;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * The second factor of operators: codes of an app, and codes on paper for who has lost it. Each is
 * good once.
 */
@Component
final class OperatorFactors {
  private static final Logger log = LoggerFactory.getLogger(OperatorFactors.class);

  private static final int RECOVERY_CODES = 10;
  private static final int RECOVERY_BYTES = 10; // 16 letters: nobody guesses 80 bits

  private final OperatorLoginMapper mapper;
  private final AdminTransactions transactions;
  private final SecureRandom random;
  private final InstantSource clock;
  private final Seal seal;
  private final SecretKey recoveryKey;

  OperatorFactors(
      OperatorLoginMapper mapper,
      AdminTransactions transactions,
      MasterKey master,
      SecureRandom random,
      InstantSource clock) {
    this.mapper = mapper;
    this.transactions = transactions;
    this.random = random;
    this.clock = clock;
    this.seal = new Seal(master.derive("operator totp", "AES"), random);
    this.recoveryKey = master.derive("operator recovery code", "HmacSHA256");
  }

  /** What came with a password. */
  record Shown(@Nullable String totp, @Nullable String recoveryCode) {
    @Override
    public String toString() {
      return "[REDACTED]";
    }
  }

  /** How it was judged. */
  enum Verdict {
    GOOD,
    WRONG,
    /** There is a second factor, and none was shown. */
    MISSING,
    /** There is one, sealed with another master key, so that no code can be judged. */
    UNREADABLE
  }

  /** Judges what was shown, and uses it up when it is good. */
  Verdict judge(long operatorId, Shown shown) {
    byte[] sealed =
        mapper.secrets(operatorId).map(OperatorLoginMapper.Secrets::totpSecret).orElse(null);
    if (sealed == null) {
      return Verdict.GOOD;
    }
    if (shown.totp() == null
        && shown.recoveryCode() != null
        && useRecoveryCode(operatorId, shown.recoveryCode())) {
      return Verdict.GOOD;
    }
    Optional<byte[]> secret = open(operatorId, sealed);
    if (secret.isEmpty()) {
      return Verdict.UNREADABLE;
    }
    if (shown.totp() != null) {
      return useTotp(operatorId, secret.get(), shown.totp()) ? Verdict.GOOD : Verdict.WRONG;
    }
    return shown.recoveryCode() != null ? Verdict.WRONG : Verdict.MISSING;
  }

  private boolean useRecoveryCode(long operatorId, String code) {
    return mapper.useRecoveryCode(operatorId, hash(operatorId, code), clock.instant()) == 1;
  }

  private boolean useTotp(long operatorId, byte[] secret, String code) {
    OptionalLong step = Totp.stepOf(secret, code.strip(), clock.instant());
    return step.isPresent() && mapper.useStep(operatorId, step.getAsLong()) == 1;
  }

  /** For who has shown his password and has a second factor that nobody can judge. */
  static ApiException unreadable() {
    return new ApiException(
        ErrorCode.TOTP_UNREADABLE,
        "the second factor was sealed with another master key: set that one again as"
            + " UC_MASTER_KEY, or have another operator remove the second factor on the console's"
            + " page of operators (POST /admin/v1/operators/{operatorId}:resetTotp)");
  }

  /** A new secret, which counts for nothing before {@link #confirm}. */
  Offer offer(long operatorId, String name) {
    byte[] secret = new byte[Totp.SECRET_BYTES];
    random.nextBytes(secret);
    mapper.offer(operatorId, seal.close(secret, context(operatorId)));
    String text = Totp.base32(secret);
    // https://github.com/google/google-authenticator/wiki/Key-Uri-Format
    return new Offer(
        text,
        "otpauth://totp/usercenter:%s?secret=%s&issuer=usercenter"
            .formatted(URLEncoder.encode(name, StandardCharsets.UTF_8), text));
  }

  /**
   * Has the offered secret count from now on.
   *
   * @return new recovery codes, which are shown this once; empty when the code is not one of the
   *     offered secret
   */
  Optional<List<String>> confirm(long operatorId, String code) {
    byte[] secret =
        mapper
            .secrets(operatorId)
            .map(OperatorLoginMapper.Secrets::totpOffered)
            .flatMap(sealed -> open(operatorId, sealed))
            .orElse(null);
    if (secret == null) {
      return Optional.empty();
    }
    OptionalLong step = Totp.stepOf(secret, code.strip(), clock.instant());
    if (step.isEmpty()) {
      return Optional.empty();
    }
    List<String> codes = newCodes();
    return transactions.in(
        () -> {
          if (mapper.confirm(operatorId, step.getAsLong()) == 0) {
            return Optional.<List<String>>empty();
          }
          mapper.removeRecoveryCodes(operatorId);
          mapper.insertRecoveryCodes(
              operatorId, codes.stream().map(each -> hash(operatorId, each)).toList());
          return Optional.of(codes);
        });
  }

  /** From now on the password is enough. False when there is no such operator. */
  boolean disable(long operatorId) {
    return transactions.in(
        () -> {
          mapper.removeRecoveryCodes(operatorId);
          return mapper.withoutTotp(operatorId) == 1;
        });
  }

  boolean enabled(long operatorId) {
    return mapper.secrets(operatorId).map(row -> row.totpSecret() != null).orElse(false);
  }

  private List<String> newCodes() {
    List<String> codes = new ArrayList<>();
    for (int i = 0; i < RECOVERY_CODES; i++) {
      byte[] bytes = new byte[RECOVERY_BYTES];
      random.nextBytes(bytes);
      codes.add(Totp.base32(bytes).replaceAll("(.{4})(?=.)", "$1-"));
    }
    return codes;
  }

  private byte[] hash(long operatorId, String code) {
    String plain = code.replaceAll("[\\s-]", "").toUpperCase(Locale.ROOT);
    return Digests.hmac(recoveryKey, operatorId + ":" + plain);
  }

  /** Empty when it was sealed with another master key. */
  private Optional<byte[]> open(long operatorId, byte[] sealed) {
    try {
      return Optional.of(
          seal.open(sealed, context(operatorId), "the TOTP secret of operator " + operatorId));
    } catch (Seal.UnreadableException e) {
      log.warn("{}", e.getMessage());
      return Optional.empty();
    }
  }

  private static String context(long operatorId) {
    return "operator " + operatorId;
  }

  /**
   * What an app is fed with.
   *
   * @param secret base32
   * @param otpauthUri the same for a QR code
   */
  record Offer(String secret, String otpauthUri) {
    @Override
    public String toString() {
      return "[REDACTED]";
    }
  }
}
