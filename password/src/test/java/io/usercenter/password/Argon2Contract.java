package io.usercenter.password;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What every implementation of Argon2id must answer. */
abstract class Argon2Contract {
  abstract Argon2 argon2();

  /** The vectors for argon2id, version 1.3, in src/test.c of the PHC reference implementation. */
  @ParameterizedTest
  @CsvSource({
    "65536, 2, 1, password, somesalt,"
        + " 09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7",
    "65536, 1, 1, password, somesalt,"
        + " f6a5adc1ba723dddef9b5ac1d464e180fcd9dffc9d1cbf76cca2fed795d9ca98",
    "65536, 4, 1, password, somesalt,"
        + " 9025d48e68ef7395cca9079da4c4ec3affb3c8911fe4f86d1a2520856f63172c",
    "256, 2, 1, password, somesalt,"
        + " 9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe",
    "256, 2, 2, password, somesalt,"
        + " 6d093c501fd5999645e0ea3bf620d7b8be7fd2db59c20d9fff9539da2bf57037",
    "65536, 2, 1, differentpassword, somesalt,"
        + " 0b84d652cf6b0c4beaef0dfe278ba6a80df6696281d7e0d2891b817d8c458fde",
    "65536, 2, 1, password, diffsalt,"
        + " bdf32b05ccc42eb15d58fd19b1f856b113da1e9a5874fdcc544308565aa8141c"
  })
  void theVectorsOfTheReferenceImplementationHold(
      int memory, int iterations, int parallelism, String password, String salt, String hash) {
    assertThat(hash(memory, iterations, parallelism, password, salt)).isEqualTo(hash);
  }

  /**
   * Salts of 16 bytes, as new hashes have. Computed by the reference implementation itself: {@code
   * argon2_hash} of Debian's libargon2-1 0~20171227, called through Python's ctypes.
   */
  @ParameterizedTest
  @CsvSource({
    "19456, 2, 1, password, 0123456789abcdef,"
        + " d2ab07b39ef7f8b806227cd86fbb11aa5393066a98e17eacacd126eb26e9276d",
    "1024, 1, 1, пароль密码, 0123456789abcdef,"
        + " ae85ea8791398196d972b9a2c4910b58c41394359b041e4b8d4c006727306087",
    "64, 3, 1, '', 0123456789abcdef,"
        + " eee0c3e1cd990aba0feae995553c7e504e13cbacd728b265a28e585fb8914824",
    "4096, 3, 4, password, 0123456789abcdef,"
        + " 526c45e04385e0893b0bc470b24553e3807163374996b35ca12e7a99f1b8f398"
  })
  void itAgreesWithTheReferenceImplementationOnSaltsOfSixteenBytes(
      int memory, int iterations, int parallelism, String password, String salt, String hash) {
    assertThat(hash(memory, iterations, parallelism, password, salt)).isEqualTo(hash);
  }

  private String hash(int memory, int iterations, int parallelism, String password, String salt) {
    return HexFormat.of()
        .formatHex(
            argon2()
                .hash(
                    password.getBytes(StandardCharsets.UTF_8),
                    salt.getBytes(StandardCharsets.UTF_8),
                    new Argon2Cost(memory, iterations, parallelism),
                    32));
  }
}
