package io.usercenter.player;

import io.usercenter.code.Address;
import io.usercenter.code.Codes;
import io.usercenter.code.Medium;
import io.usercenter.code.Purpose;
import io.usercenter.code.RightCode;
import io.usercenter.identity.Identity;
import io.usercenter.platform.ApiException;
import io.usercenter.platform.ClientAddress;
import io.usercenter.platform.ErrorCode;
import io.usercenter.platform.Secret;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds out who somebody is by an address of his and the code that was sent there. */
final class AddressVouchers {
  private static final Pattern CODE = Pattern.compile("[0-9]{6}");

  private final Codes codes;

  AddressVouchers(Codes codes) {
    this.codes = codes;
  }

  /** Whether it is a word for a medium; else it names a channel. */
  static boolean isMedium(@Nullable String channel) {
    return Medium.EMAIL.word().equals(channel) || Medium.PHONE.word().equals(channel);
  }

  /** Reads an address, or says what is wrong with it without repeating it. */
  static Address address(@Nullable String channel, @Nullable Secret typed) {
    if (channel == null || !isMedium(channel)) {
      throw ApiException.invalid("channel", "must be: email or phone");
    }
    Medium medium = Medium.of(channel);
    if (typed == null) {
      throw ApiException.invalid("address", "is missing");
    }
    return Address.parse(medium, typed.value())
        .orElseThrow(
            () ->
                ApiException.invalid(
                    "address",
                    switch (medium) {
                      case EMAIL -> "must be like name@example.com, in ASCII";
                      case PHONE ->
                          "must be a + and 7 to 15 digits, the country code first (E.164)";
                    }));
  }

  static Identity identity(Address address) {
    return Identity.of(address.medium().word(), address.text());
  }

  /** The address of such an identity; empty for all others. */
  static Optional<Address> addressOf(Identity identity) {
    return isMedium(identity.provider())
        ? Optional.of(new Address(Medium.of(identity.provider()), identity.subject()))
        : Optional.empty();
  }

  /** The error for a medium by which nothing is sent here. */
  static ApiException notOffered(Medium medium) {
    return new ApiException(
        ErrorCode.CHANNEL_NOT_OFFERED, "no codes by %s are sent here".formatted(medium.word()));
  }

  /** The code of who has the address; it is still to be used. */
  RightCode right(
      Address address,
      Purpose purpose,
      @Nullable Secret code,
      ClientAddress from,
      @Nullable String deviceId) {
    if (!codes.offers(address.medium())) {
      throw notOffered(address.medium());
    }
    if (code == null || !CODE.matcher(code.value()).matches()) {
      throw ApiException.invalid("code", "must have 6 digits");
    }
    return codes
        .check(address, purpose, code.value(), from, deviceId)
        .orElseThrow(AddressVouchers::wrong);
  }

  /** Takes the code of who has the address. */
  Identity vouch(
      Address address,
      Purpose purpose,
      @Nullable Secret code,
      ClientAddress from,
      @Nullable String deviceId) {
    if (!codes.use(right(address, purpose, code, from, deviceId))) {
      throw wrong();
    }
    return identity(address);
  }

  static ApiException wrong() {
    return new ApiException(
        ErrorCode.CODE_WRONG,
        "it is wrong, used, too old or for something else, or was guessed at too often");
  }
}
