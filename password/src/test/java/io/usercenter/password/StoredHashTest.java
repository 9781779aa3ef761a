package io.usercenter.password;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.password.ParsedHash.Refusal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Hashes of other systems are read, and what would cost too much is refused without computing
 * anything. The vectors were computed by other implementations: Python 3.11's hashlib (pbkdf2_hmac,
 * scrypt, md5, sha256) and crypt (libxcrypt, for bcrypt), and the reference implementation of
 * Argon2.
 */
class StoredHashTest {
  private static final Argon2 ARGON2 = Argon2.inJava();
  private static final String BCRYPT_TAIL = "abcdefghijklmnopqrstuuzsz.WHfDBF65.E5AqNfWARftrPNq8UO";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "$argon2id$v=19$m=1024,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$roXqh5E5gZbZcrmixJELWMQTlDWbBB5LjUwAZycwYIc",
        "$2a$05$" + BCRYPT_TAIL,
        "$2b$05$" + BCRYPT_TAIL,
        "$2y$05$" + BCRYPT_TAIL,
        "$scrypt$ln=10,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$oIc01gZAXXbQ3oMqTHwR5YMAfJZjTaE88wVwL+q1pnw",
        "$pbkdf2$1000$MDEyMzQ1Njc4OWFiY2RlZg$H0oyyox0EA68lkFN8PtjgmtHiMU",
        "$pbkdf2-sha256$1000$MDEyMzQ1Njc4OWFiY2RlZg$iDfuUq0X0oK2dH3MAmILlutHruJLucxhugUsmcZFjho",
        "$pbkdf2-sha512$1000$MDEyMzQ1Njc4OWFiY2RlZg$jvYFewHTJMFA2D4HY/xF4IOAKJBaCoSKPwciHD8c1xvwS2LjkLrrmjGsItP1WJFQRA9Tqbyb9zJKVURpNDsxNA",
        "$md5$salt=kX7$eeabbfc941147799669c9b08c2575575",
        "$md5$salt=kX7,order=salt-password$eeabbfc941147799669c9b08c2575575",
        "$md5$salt=kX7,order=password-salt$d0e58e141f36f584f110cdb5dc6b6a76",
        "$md5$salt=kX7,order=hex-salt$A4F4855199ec5cbe3d64eb7c4b3e5a6d",
        "$sha256$salt=kX7$a3141ca9f7631cb375210e622ec654d1c0e52039978edf4b2a02b5b2fc11586d",
        "$sha256$salt=kX7,order=password-salt$375e700c78dcdc2c277289f1b19ac9282cc024dffac09fddc054ba3bf4834455",
        "$sha256$salt=kX7,order=hex-salt$b181959985c4afc834e6e5fc4ead81f461cc42859deede00af144ea62415d413"
      })
  void aHashOfAnotherSystemKnowsItsPasswordAndNoOther(String text) {
    StoredHash hash = accepted(text);

    assertThat(hash.matches("пароль密码", ARGON2)).isTrue();
    assertThat(hash.matches("пароль密码 ", ARGON2)).isFalse();
    assertThat(hash.matches("", ARGON2)).isFalse();
    assertThat(hash.text()).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pbkdf2_sha256$1000$seasalt$G1yyx+LRTze6CiWWXMBaA6y8oguYMojhCI0nSK2R5Vk=",
        "pbkdf2_sha1$1000$seasalt$kGdWHtCw/IgP6SOelnBrLo/oSVs=",
        "$2b$05$CCCCCCCCCCCCCCCCCCCCC.6RtGEEePJGV2zgaDwRi4O.qE/ks0EhK",
        "$md5$salt=kX7$a6e9c383c164bc91b24617c73f9c23ba"
      })
  void soDoHashesOfPlainPasswords(String text) {
    assertThat(accepted(text).matches("letmein secret", ARGON2)).isTrue();
    assertThat(accepted(text).matches("letmein Secret", ARGON2)).isFalse();
  }

  /** RFC 7914 section 12. */
  @Test
  void theVectorOfScryptHolds() {
    StoredHash hash =
        accepted(
            "$scrypt$ln=10,r=8,p=16$TmFDbA$/bq+HJ00cgB4VucZDQHp/nxq18vII3gw53N2Y0s3MWIurzDZLiKjiG/xCSedmDDaxyevuUqD7m2DYMvfoswGQA");

    assertThat(hash.matches("password", ARGON2)).isTrue();
  }

  /** As in every bcrypt; a new hash has no such end. */
  @Test
  void bcryptSeesTheFirstSeventyTwoBytesOnly() {
    StoredHash hash = accepted("$2b$05$abcdefghijklmnopqrstuuLkMZtUsVwf9Ptg/wgiNv8ZhtnAHnix.");

    assertThat(hash.matches("0123456789".repeat(8), ARGON2)).isTrue();
    assertThat(hash.matches("0123456789".repeat(8).substring(0, 72) + "?", ARGON2)).isTrue();
    assertThat(hash.matches("0123456789".repeat(8).substring(0, 71) + "?", ARGON2)).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "$argon2id$v=19$m=262145,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$roXqh5E5gZbZcrmixJELWA | m is"
            + " 262145, above 262144",
        "$argon2id$v=19$m=2147483647,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$roXqh5E5gZbZcrmixJELWA | m is"
            + " 2147483647, above 262144",
        "$argon2id$v=19$m=8,t=65,p=1$MDEyMzQ1Njc4OWFiY2RlZg$roXqh5E5gZbZcrmixJELWA | t is 65, above"
            + " 64",
        "$argon2id$v=19$m=262144,t=5,p=1$MDEyMzQ1Njc4OWFiY2RlZg$roXqh5E5gZbZcrmixJELWA | m*t is"
            + " 1310720, above 1048576",
        "$argon2id$v=19$m=1024,t=1,p=17$MDEyMzQ1Njc4OWFiY2RlZg$roXqh5E5gZbZcrmixJELWA | p is 17,"
            + " above 16",
        "$2b$15$abcdefghijklmnopqrstuuzsz.WHfDBF65.E5AqNfWARftrPNq8UO | cost is 15, above 14",
        "$2b$31$abcdefghijklmnopqrstuuzsz.WHfDBF65.E5AqNfWARftrPNq8UO | cost is 31, above 14",
        "$scrypt$ln=18,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$oIc01gZAXXbQ3oMqTHwR5Q | 2^ln*r*p is 2097152,"
            + " above 1048576",
        "$scrypt$ln=17,r=8,p=2$MDEyMzQ1Njc4OWFiY2RlZg$oIc01gZAXXbQ3oMqTHwR5Q | 2^ln*r*p is 2097152,"
            + " above 1048576",
        "$scrypt$ln=63,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$oIc01gZAXXbQ3oMqTHwR5Q | ln is 63, above 20",
        "pbkdf2_sha256$2000001$seasalt$G1yyx+LRTze6CiWWXMBaA6y8oguYMojhCI0nSK2R5Vk= | iterations is"
            + " 2000001, above 2000000"
      })
  void aHostileCostIsRefusedBeforeAnythingIsComputed(String text, String detail) {
    assertThat(StoredHash.parse(text))
        .isEqualTo(new ParsedHash.Refused(Refusal.TOO_COSTLY, detail));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "$argon2id$v=19$m=262144,t=4,p=1$MDEyMzQ1Njc4OWFiY2RlZg$roXqh5E5gZbZcrmixJELWA",
        "$argon2id$v=19$m=128,t=64,p=16$MDEyMzQ1Njc4OWFiY2RlZg$roXqh5E5gZbZcrmixJELWA",
        "$2b$14$abcdefghijklmnopqrstuuzsz.WHfDBF65.E5AqNfWARftrPNq8UO",
        "$scrypt$ln=17,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$oIc01gZAXXbQ3oMqTHwR5Q",
        "pbkdf2_sha256$2000000$seasalt$G1yyx+LRTze6CiWWXMBaA6y8oguYMojhCI0nSK2R5Vk="
      })
  void theLargestCostIsAccepted(String text) {
    assertThat(accepted(text).work().units()).isPositive();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "$argon2id$m=1024,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$roXqh5E5gZbZcrmixJELWA | it is not of the"
            + " form $argon2id$v=19$m=N,t=N,p=N$SALT$HASH",
        "$argon2id$v=16$m=1024,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$roXqh5E5gZbZcrmixJELWA | its version"
            + " is not v=19",
        "$argon2id$v=19$m=1024,p=1,t=1$MDEyMzQ1Njc4OWFiY2RlZg$roXqh5E5gZbZcrmixJELWA | its"
            + " parameters are not m,t,p",
        "$argon2id$v=19$m=1024,t=1,p=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$roXqh5E5gZbZcrmixJELWA | its"
            + " parameters are not a list of name=value",
        "$argon2id$v=19$m=-1,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$roXqh5E5gZbZcrmixJELWA | m is not a"
            + " decimal number",
        "$argon2id$v=19$m=99999999999,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$roXqh5E5gZbZcrmixJELWA | m is"
            + " not a decimal number",
        "$argon2id$v=19$m=15,t=1,p=2$MDEyMzQ1Njc4OWFiY2RlZg$roXqh5E5gZbZcrmixJELWA | m is 15, below"
            + " 16",
        "$argon2id$v=19$m=1024,t=0,p=1$MDEyMzQ1Njc4OWFiY2RlZg$roXqh5E5gZbZcrmixJELWA | t is 0,"
            + " below 1",
        "$argon2id$v=19$m=1024,t=1,p=1$c2FsdA$roXqh5E5gZbZcrmixJELWA | the salt has 4 bytes, not 8"
            + " to 64",
        "$argon2id$v=19$m=1024,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$roXqh5E5 | the hash has 6 bytes, not"
            + " 16 to 64",
        "$argon2id$v=19$m=1024,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$*** | the hash is not base64",
        "$2b$5$abcdefghijklmnopqrstuuzsz.WHfDBF65.E5AqNfWARftrPNq8UO | it is not of the form"
            + " $2b$NN$ and 53 characters of ./A-Za-z0-9",
        "$2b$03$abcdefghijklmnopqrstuuzsz.WHfDBF65.E5AqNfWARftrPNq8UO | cost is 3, below 4",
        "$scrypt$ln=16,r=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$oIc01gZAXXbQ3oMqTHwR5Q | ln is 16, above 15",
        "$md5$salt=kX7$eeabbfc941147799669c9b08c25755 | the hash has 15 bytes, not 16 to 16",
        "$md5$salt=kX7$geabbfc941147799669c9b08c2575575 | the hash is not hexadecimal",
        "$md5$salt=kX7,order=up$eeabbfc941147799669c9b08c2575575 | order is none of salt-password,"
            + " password-salt, hex-salt",
        "$md5$order=hex-salt$eeabbfc941147799669c9b08c2575575 | its parameters are not salt and, if"
            + " needed, order",
        "$sha256$salt=é$a3141ca9f7631cb375210e622ec654d1c0e52039978edf4b2a02b5b2fc11586d | the salt"
            + " is not 0 to 64 printable ASCII characters without $ and ,"
      })
  void whatIsWrittenWronglyIsToldPrecisely(String text, String detail) {
    assertThat(StoredHash.parse(text))
        .isInstanceOfSatisfying(
            ParsedHash.Refused.class, refused -> assertThat(refused.detail()).isEqualTo(detail));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "secret",
        "eeabbfc941147799669c9b08c2575575",
        "$1$salt$hash",
        "$argon2i$v=19$m=1024,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$roXqh5E5gZbZcrmixJELWA",
        "$2x$05$abcdefghijklmnopqrstuuzsz.WHfDBF65.E5AqNfWARftrPNq8UO",
        "$",
        "$$"
      })
  void anUnknownFormatIsCalledThat(String text) {
    assertThat(refusal(text)).isEqualTo(Refusal.UNKNOWN_FORMAT);
  }

  @Test
  void nothingAndTooMuchAreRefused() {
    assertThat(refusal("")).isEqualTo(Refusal.EMPTY);
    assertThat(refusal("$md5$salt=" + "s".repeat(300))).isEqualTo(Refusal.TOO_LONG);
    assertThat(refusal("$scrypt$ln=10,r=8,p=1$" + "A".repeat(88) + "$" + "A".repeat(43)))
        .isEqualTo(Refusal.MALFORMED);
  }

  @Test
  void itsTextFormHidesHashAndSalt() {
    assertThat(accepted("$md5$salt=kX7$eeabbfc941147799669c9b08c2575575"))
        .hasToString("StoredHash[md5 order=salt-password]");
  }

  private static StoredHash accepted(String text) {
    return ((ParsedHash.Accepted) StoredHash.parse(text)).hash();
  }

  private static Refusal refusal(String text) {
    return ((ParsedHash.Refused) StoredHash.parse(text)).why();
  }
}
