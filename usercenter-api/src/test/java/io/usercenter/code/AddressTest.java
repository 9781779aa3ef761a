package io.usercenter.code;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One spelling for each address, and what is none. */
class AddressTest {
  private static final String LABEL_OF_63 = "x".repeat(63);

  @ParameterizedTest
  @CsvSource({
    "ayla@example.com, ayla@example.com",
    "Ayla@Example.COM, ayla@example.com",
    "' ayla@example.com\t', ayla@example.com",
    "ayla+game@example.com, ayla+game@example.com",
    "a.y.l.a@example.com, a.y.l.a@example.com",
    "o'neill#1@mail.example, o'neill#1@mail.example",
    "x@xn--bcher-kva.example, x@xn--bcher-kva.example",
    "x@1.example, x@1.example",
    "x@a-b.c1, x@a-b.c1"
  })
  void anEmailHasOneSpelling(String typed, String spelling) {
    assertThat(Address.parse(Medium.EMAIL, typed)).contains(new Address(Medium.EMAIL, spelling));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "@",
        "ayla",
        "ayla@",
        "@example.com",
        "ayla@localhost",
        "ayla@example.com.",
        "ayla@.example.com",
        "ayla@example..com",
        "ayla@-example.com",
        "ayla@example-.com",
        "ayla@exa_mple.com",
        "ayla@127.0.0.1",
        "ayla@[127.0.0.1]",
        ".ayla@example.com",
        "ayla.@example.com",
        "ay..la@example.com",
        "\"ayla\"@example.com",
        "ay la@example.com",
        "ayla@exam ple.com",
        "ayla@example.com\nBcc: all@example.com",
        "ayla,bela@example.com",
        "Ayla <ayla@example.com>",
        "a@b@example.com",
        "\u0131yla@example.com",
        "\u212Aayla@example.com",
        "ayla@b\u00fccher.example",
        "ayla@example.com\u0000"
      })
  void whatIsNoEmailIsRefused(String typed) {
    assertThat(Address.parse(Medium.EMAIL, typed)).isEmpty();
  }

  @Test
  void anEmailIsAsLongAsMailServersTakeIt() {
    String domain = (LABEL_OF_63 + ".").repeat(2) + "x".repeat(57) + ".com";
    assertThat(email("l".repeat(64) + "@example.com")).isPresent();
    assertThat(email("l".repeat(65) + "@example.com")).isEmpty();
    assertThat(email("l".repeat(64) + "@" + domain)).isPresent();
    assertThat(("l".repeat(64) + "@" + domain)).hasSize(254);
    assertThat(email("l".repeat(64) + "@" + domain + "x")).isEmpty();
    assertThat(email("l@" + LABEL_OF_63 + "x.com")).isEmpty();
    assertThat(email("@".repeat(1_000_000))).isEmpty();
    assertThat(email("a.".repeat(250))).isEmpty();
  }

  private static Optional<Address> email(String typed) {
    return Address.parse(Medium.EMAIL, typed);
  }

  @ParameterizedTest
  @ValueSource(strings = {"+4915112345678", "+6834000", "+123456789012345", " +12025550123 "})
  void aPhoneIsAsInE164(String typed) {
    assertThat(Address.parse(Medium.PHONE, typed))
        .contains(new Address(Medium.PHONE, typed.strip()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "+",
        "4915112345678",
        "004915112345678",
        "+0915112345678",
        "+123456",
        "+1234567890123456",
        "+49 151 12345678",
        "+49(0)15112345678",
        "+49-151-12345678",
        "tel:+4915112345678",
        "+4915112345678\n1",
        "+49151\u0661\u0662\u0663\u0664\u0665",
        "\uff0b4915112345678",
        "ayla@example.com"
      })
  void whatIsNoPhoneIsRefused(String typed) {
    assertThat(Address.parse(Medium.PHONE, typed)).isEmpty();
  }

  @Test
  void itsHintShowsItsOwnerWhichItIs() {
    assertThat(new Address(Medium.EMAIL, "ayla@example.com").hint()).isEqualTo("a***@example.com");
    assertThat(new Address(Medium.EMAIL, "a@b.example").hint()).isEqualTo("a***@b.example");
    assertThat(new Address(Medium.PHONE, "+4915112345678").hint()).isEqualTo("***678");
  }

  @Test
  void itsTextShowsNothing() {
    assertThat(new Address(Medium.PHONE, "+4915112345678")).hasToString("phone:[REDACTED]");
  }
}
