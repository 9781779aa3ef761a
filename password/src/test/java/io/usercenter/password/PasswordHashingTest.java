package io.usercenter.password;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * New hashes are Argon2id of today's cost; whatever is not gets a replacement at the first login.
 */
class PasswordHashingTest {
  private static final Argon2Cost TODAY = new Argon2Cost(64, 2, 1);
  private static final String MD5 = "$md5$salt=kX7$a6e9c383c164bc91b24617c73f9c23ba";
  private static final String DIGESTED = "letmein secret";

  private final List<HashFormat> hashed = new ArrayList<>();
  private final PasswordHashing hashing = hashing(TODAY);

  @Test
  void aNewHashKnowsItsPassword() {
    StoredHash hash = hashing.hash("correct horse");

    assertThat(hash.text()).startsWith("$argon2id$v=19$m=64,t=2,p=1$");
    assertThat(accepted(hash.text())).isEqualTo(hash);
    assertThat(hashing.check("correct horse", accepted(hash.text())))
        .isEqualTo(new PasswordCheck.Right());
    assertThat(hashing.check("correct house", hash)).isEqualTo(new PasswordCheck.Wrong());
  }

  @Test
  void twoHashesOfOnePasswordDiffer() {
    assertThat(hashing.hash("correct horse")).isNotEqualTo(hashing.hash("correct horse"));
  }

  @Test
  void itDoesNotMatterHowALetterIsComposed() {
    String oneLetter = "Ünlü passwort";
    String letterAndMark = "U\u0308nlu\u0308 passwort";

    assertThat(hashing.check(letterAndMark, hashing.hash(oneLetter)))
        .isEqualTo(new PasswordCheck.Right());
    assertThat(hashing.check(oneLetter, hashing.hash(letterAndMark)))
        .isEqualTo(new PasswordCheck.Right());
  }

  /** md5("kX7" + "U\u0308ber"), by Python's hashlib. */
  @Test
  void anImportedHashOfAnUncomposedLetterIsFoundByIt() {
    StoredHash imported = accepted("$md5$salt=kX7$1d45aa699f33fb25c59ee8ca83f8745a");

    assertThat(hashing.check("U\u0308ber", imported)).isInstanceOf(PasswordCheck.Outdated.class);
  }

  @Test
  void anotherAlgorithmIsReplaced() {
    assertThat(hashing.check(DIGESTED, accepted(MD5)))
        .isInstanceOfSatisfying(
            PasswordCheck.Outdated.class,
            outdated ->
                assertThat(hashing.check(DIGESTED, outdated.replacement()))
                    .isEqualTo(new PasswordCheck.Right()));
    assertThat(hashing.check("letmein?", accepted(MD5))).isEqualTo(new PasswordCheck.Wrong());
  }

  @ParameterizedTest
  @ValueSource(strings = {"32,2", "128,2", "64,1", "64,3"})
  void soIsAnotherCostCheaperOrNot(String cost) {
    String[] parts = cost.split(",", -1);
    PasswordHashing before =
        hashing(new Argon2Cost(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), 1));

    assertThat(hashing.check("correct horse", before.hash("correct horse")))
        .isInstanceOfSatisfying(
            PasswordCheck.Outdated.class,
            outdated -> assertThat(outdated.replacement().cost()).isEqualTo(TODAY.toString()));
  }

  @Test
  void nobodyHasAnyPassword() {
    assertThat(hashing.check("nobody has this password", null))
        .isEqualTo(new PasswordCheck.Wrong());
  }

  @Test
  void aCheapHashAnUnknownNameAndAWrongPasswordAllCostANewHash() {
    StoredHash current = hashing.hash("correct horse");

    assertThat(hashedBy(() -> hashing.check("letmein?", null)))
        .containsExactly(HashFormat.ARGON2ID);
    assertThat(hashedBy(() -> hashing.check("letmein?", current)))
        .containsExactly(HashFormat.ARGON2ID);
    assertThat(hashedBy(() -> hashing.check("letmein?", accepted(MD5))))
        .containsExactly(HashFormat.SALTED_MD5, HashFormat.ARGON2ID);
    assertThat(hashedBy(() -> hashing.check(DIGESTED, accepted(MD5))))
        .containsExactly(HashFormat.SALTED_MD5, HashFormat.ARGON2ID);
  }

  private List<HashFormat> hashedBy(Supplier<PasswordCheck> check) {
    hashed.clear();
    var _ = check.get();
    return List.copyOf(hashed);
  }

  private PasswordHashing hashing(Argon2Cost cost) {
    return new PasswordHashing(
        Argon2.inJava(),
        cost,
        new SecureRandom(),
        new PasswordHashing.Timing() {
          @Override
          public <T> T time(HashWork work, Supplier<T> hashing) {
            hashed.add(work.format());
            return hashing.get();
          }
        });
  }

  private static StoredHash accepted(String text) {
    return ((ParsedHash.Accepted) StoredHash.parse(text)).hash();
  }
}
