package io.usercenter.id;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.lang.UScript;
import com.ibm.icu.text.Normalizer2;
import io.usercenter.id.InvalidUsernameException.Code;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One name, one account: every spelling of a name has the same canonical form, and what could be
 * mistaken for another name is refused. The folding is compared with ICU's over all of Unicode.
 */
class UsernameRulesTest {
  private static final UsernameRules RULES = UsernameRules.standard();

  /** Accepts every code point, so that only the canonical form is tested. */
  private static final UsernameRules ANYTHING =
      new UsernameRules(1, 32, Pattern.compile("[\\s\\S]"));

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "alice,alice",
        "ALICE,alice",
        "AlIcE,alice",
        "ＡＬＩＣＥ１２,alice12", // full width
        "  alice ,alice",
        "\u3000alice\u00a0,alice", // ideographic and no-break space
        "a.b-c_d@e.f,a.b-c_d@e.f",
        "张三丰,张三丰",
        "ｶﾞﾝﾀﾞﾑ,ガンダム", // half-width kana
        "カ\u3099ンタ\u3099ム,ガンダム", // decomposed
        "ユーザー,ユーザー",
        "佐々木,佐々木",
        "二〇二六,二〇二六",
        "\u1100\u1161\u1102\u1161\u1103\u1161,가나다", // conjoining jamo
        "가나다,가나다",
        "ㄅㄆㄇ,ㄅㄆㄇ",
        "𠀀𠀁𠀂,𠀀𠀁𠀂", // extension B, four bytes each
        "\uf900\uf901\uf902,豈更車", // compatibility ideographs
        "Straße,strasse",
        "STRAẞE,strasse",
        "ﬁsh,fish", // ligature
        "\u212Aelvin,kelvin", // Kelvin sign
        "ſecret,secret", // long s
        "①②③,123",
      })
  void spellingsOfANameAreOneName(String typed, String canonical) {
    Username name = RULES.parse(typed);

    assertThat(name.canonical()).isEqualTo(canonical);
    assertThat(name).isEqualTo(RULES.parse(canonical)).hasSameHashCodeAs(RULES.parse(canonical));
    assertThat(RULES.parse(name.canonical()).canonical()).isEqualTo(canonical);
    assertThat(RULES.parse(name.display())).isEqualTo(name);
  }

  @ParameterizedTest
  @CsvSource(
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "al ice,0020",
        "al\u3000ice,0020",
        "al\u00a0ice,0020",
        "al\tice,0009",
        "al\u200bice,200B", // zero-width space
        "\u200balice,200B",
        "alice\u200b,200B",
        "alice\ufeff,FEFF",
        "al\u200dice,200D", // zero-width joiner
        "al\u00adice,00AD", // soft hyphen
        "al\u202eice,202E", // right-to-left override
        "alice\u0000,0000",
        "al\u0007ice,0007",
        "al\u007fice,007F",
        "alice😀,1F600",
        "👨‍👩‍👧,1F468",
        "ali\u0301ce,00ED", // composes to i with acute: not a-z
        "alíce,00ED",
        "İstanbul,0307", // folds to i and a dot above, the same under every locale
        "kasım,0131", // dotless i is a letter of its own
        "аlice,0430", // Cyrillic a
        "αlice,03B1",
        "al'ice,0027",
        "x' OR '1'='1,0027",
        "x;DROP TABLE user,003B",
        "x--\ty,0009",
        "100%,0025",
        "a\\b,005C",
        "a/b/c,002F",
        "a+b@c,002B",
        "漢\ufe00字字,FE00", // variation selector
        "漢\udb40\udd00字字,E0100",
        "ㅋㅋㅋ,110F", // jamo that make no syllable
        "\u3164\u3164\u3164,1160", // Hangul filler: invisible, and a letter to Unicode
        "\u115f\u115f\u115f,115F",
        "\uffa0\uffa0\uffa0,1160",
        "⿰木木木,2FF0", // ideographic description
        "abc\u0e33,0E4D",
        "x\u0378y,0378", // unassigned
        "x\ue000y,E000", // private use
        "x\uffffy,FFFF",
      })
  void aCharacterThatIsNotAllowedIsNamed(String typed, String codePoint) {
    refusal(RULES, typed, Code.BAD_CHARACTER, "username must not contain U+" + codePoint);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "   ", "\t\n", "\u3000\u3000\u3000", "\u00a0\u2007\u202f", "\u2028"})
  void blanksAreNoName(String typed) {
    refusal(RULES, typed, Code.BLANK, "username is blank");
  }

  @Test
  void lengthCountsCodePointsOfTheCanonicalForm() {
    refusal(RULES, "ab", Code.TOO_SHORT, "username has 2 characters, must have 3 or more");
    refusal(RULES, "𠀀𠀁", Code.TOO_SHORT, "username has 2 characters, must have 3 or more");
    refusal(RULES, " ab ", Code.TOO_SHORT, "username has 2 characters, must have 3 or more");
    assertThat(RULES.parse("abc").canonical()).isEqualTo("abc");
    assertThat(RULES.parse("aß").canonical()).isEqualTo("ass");
    assertThat(RULES.parse("a".repeat(32)).canonical()).hasSize(32);
    assertThat(RULES.parse("𠀀".repeat(32)).canonical()).hasSize(64);
    refusal(
        RULES, "a".repeat(33), Code.TOO_LONG, "username has 33 characters, must have 32 or fewer");
    refusal(
        RULES, "𠀀".repeat(33), Code.TOO_LONG, "username has 33 characters, must have 32 or fewer");
    refusal(
        RULES, "ß".repeat(17), Code.TOO_LONG, "username has 34 characters, must have 32 or fewer");
  }

  @Test
  void whatIsShownIsWhatWasTyped() {
    assertThat(RULES.parse("  ＡliCe\u00a0").display()).isEqualTo("ＡliCe");
    assertThat(RULES.parse("Straße").display()).isEqualTo("Straße");
    assertThat(RULES.parse("カ\u3099ンタ\u3099ム").display()).isEqualTo("ガンダム");
    assertThat(RULES.parse("alice")).hasToString("alice");
  }

  @Test
  void whatIsShownFitsItsColumn() {
    assertThat(RULES.parse("ｶﾞ".repeat(32)).display().codePointCount(0, 64)).isEqualTo(64);
    String threeHalves = "\uffa1\uffc2\u11a8"; // half-width jamo and a final: one syllable
    assertThat(RULES.parse(threeHalves.repeat(21)).canonical()).hasSize(21);
    refusal(
        RULES,
        threeHalves.repeat(22),
        Code.TOO_LONG,
        "username has 66 characters as typed, must have 64 or fewer");
  }

  @ParameterizedTest
  @CsvSource({"0,\ud800abc", "3,abc\udc00", "3,abc\ud83d", "1,a\ude00\ud83db", "2,𠀀\ud840"})
  void halfASurrogatePairIsNotText(int at, String typed) {
    refusal(RULES, typed, Code.NOT_WELL_FORMED, "username has an unpaired surrogate at " + at);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "é", "\ufdfa", "\ud800", " ", "e\u0301\u0323"})
  void longInputIsRefusedBeforeItIsNormalised(String piece) {
    String body = piece.repeat(65_536 / piece.length());
    // Half a surrogate pair is refused by its length too: nothing has looked at the text yet.
    refusal(
        RULES,
        body,
        Code.TOO_LONG,
        "username has " + body.length() + " UTF-16 units as typed, must have 256 or fewer");
    refusal(ANYTHING, "\ufdfa".repeat(256), Code.TOO_LONG);
    refusal(
        RULES,
        "a".repeat(257),
        Code.TOO_LONG,
        "username has 257 UTF-16 units as typed, must have 256 or fewer");
    assertThat(RULES.parse(" ".repeat(251) + "alice").canonical()).isEqualTo("alice");
  }

  @Test
  void theLocaleOfTheServerDoesNotMatter() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("tr"));
      assertThat(RULES.parse("TITLE").canonical()).isEqualTo("title");
      assertThat(CanonicalForm.of("TITLEÄ")).isEqualTo("titleä");
    } finally {
      Locale.setDefault(before);
    }
  }

  /** Final sigma: lower-casing a whole word would make two names of one. */
  @Test
  void foldingLooksAtOneLetterAtATime() {
    assertThat(CanonicalForm.of("ΟΔΥΣΣΕΥΣ")).isEqualTo("οδυσσευσ");
    assertThat(CanonicalForm.of("Οδυσσεύς")).isEqualTo("οδυσσεύσ");
  }

  /**
   * Cherokee folds upwards in Unicode and downwards here: the names that are equal are the same.
   */
  @Test
  void foldingIsThatOfUnicode() {
    Normalizer2 nfkc = Normalizer2.getNFKCInstance();
    int compared = 0;
    for (int codePoint = 0x21; codePoint <= Character.MAX_CODE_POINT; codePoint++) {
      if (!known(codePoint) || UScript.getScript(codePoint) == UScript.CHEROKEE) {
        continue;
      }
      String text = "a" + Character.toString(codePoint) + "a";
      String expected =
          nfkc.normalize(
              UCharacter.foldCase(
                  nfkc.normalize(UCharacter.foldCase(nfkc.normalize(text), true)), true));
      assertThat(CanonicalForm.of(text)).as("U+%04X", codePoint).isEqualTo(expected);
      compared++;
    }
    assertThat(compared).isGreaterThan(140_000);
    assertThat(CanonicalForm.of("\u13a0\u13f0\uab70"))
        .isEqualTo(CanonicalForm.of("\uab70\u13f8\u13a0"));
  }

  @Test
  void theCanonicalFormIsItsOwnCanonicalForm() {
    for (int codePoint = 0; codePoint <= Character.MAX_CODE_POINT; codePoint++) {
      if (Character.isDefined(codePoint) && Character.getType(codePoint) != Character.SURROGATE) {
        String one = Character.toString(codePoint);
        for (String text : new String[] {one, one + "\u0345", "\u03b1\u0301" + one, one + "A "}) {
          String canonical = CanonicalForm.of(text);
          assertThat(CanonicalForm.of(canonical)).as("U+%04X", codePoint).isEqualTo(canonical);
        }
      }
    }
  }

  @Test
  void whateverIsAcceptedFitsTheColumnsAndComesBackFromThem() {
    SplittableRandom random = new SplittableRandom(7);
    int accepted = 0;
    for (int i = 0; i < 200_000; i++) {
      StringBuilder typed = new StringBuilder();
      int length = random.nextInt(1, 12);
      for (int j = 0; j < length; j++) {
        typed.appendCodePoint(
            switch (random.nextInt(6)) {
              case 0 -> random.nextInt(0x20, 0x7f);
              case 1 -> random.nextInt(0xff01, 0xffdd);
              case 2 -> random.nextInt(0x4e00, 0xa000);
              case 3 -> random.nextInt(0x3041, 0x3100);
              case 4 -> random.nextInt(0x20000, 0x2a6d7);
              default -> random.nextInt('A', 'z' + 1);
            });
      }
      try {
        Username name = RULES.parse(typed.toString());
        accepted++;
        assertThat(name.canonical().codePoints().count()).isBetween(3L, 32L);
        assertThat(name.display().codePoints().count()).isBetween(1L, 64L);
        assertThat(Username.ofCanonical(name.canonical())).isEqualTo(name);
      } catch (InvalidUsernameException refused) {
        assertThat(refused.code()).isNotNull();
      }
    }
    assertThat(accepted).isGreaterThan(20_000);
  }

  @Test
  void onlyCanonicalFormsAreReadBack() {
    assertThat(Username.ofCanonical("alice").display()).isEqualTo("alice");
    for (String wrong : new String[] {"", " ", "Alice", " alice", "ａlice", "straße", "\ud800"}) {
      assertThatIllegalArgumentException().isThrownBy(() -> Username.ofCanonical(wrong));
    }
  }

  @Test
  void aNameEqualsNothingElse() {
    assertThat(RULES.parse("alice")).isNotEqualTo(RULES.parse("alicf")).isNotEqualTo("alice");
  }

  @Test
  void theRulesAreASetting() {
    UsernameRules digits = new UsernameRules(5, 6, Pattern.compile("[0-9]"));
    assertThat(digits.parse("１２３４５").canonical()).isEqualTo("12345");
    refusal(digits, "1234a", Code.BAD_CHARACTER, "username must not contain U+0061");
    refusal(digits, "1234567", Code.TOO_LONG);
    refusal(digits, "1234", Code.TOO_SHORT);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new UsernameRules(1, 33, digits.character()))
        .withMessage("username length must be 1 <= minimum <= maximum <= 32, was 1 to 33");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new UsernameRules(0, 3, digits.character()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new UsernameRules(4, 3, digits.character()));
    assertThat(new UsernameRules(3, 3, digits.character()).maximum()).isEqualTo(3);
    assertThat(new UsernameRules(1, 32, digits.character()).maximum()).isEqualTo(32);
  }

  private static boolean known(int codePoint) {
    return Character.isDefined(codePoint)
        && UCharacter.isDefined(codePoint)
        && Character.getType(codePoint) != Character.SURROGATE
        && Character.getType(codePoint) != Character.PRIVATE_USE;
  }

  private static void refusal(UsernameRules rules, String typed, Code code, String message) {
    assertThatExceptionOfType(InvalidUsernameException.class)
        .isThrownBy(() -> rules.parse(typed))
        .withMessage(message);
    refusal(rules, typed, code);
  }

  private static void refusal(UsernameRules rules, String typed, Code code) {
    InvalidUsernameException refused =
        catchThrowableOfType(InvalidUsernameException.class, () -> rules.parse(typed));
    assertThat(refused.code()).isEqualTo(code);
  }
}
