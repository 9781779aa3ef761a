package io.usercenter.platform;

import java.net.InetAddress;
import java.util.Optional;

/**
 * A range of addresses, as in {@code 10.0.0.0/8} or {@code 2001:db8::/32}.
 *
 * @param first its first address
 * @param bits how many leading bits its addresses share
 */
record AddressRange(InetAddress first, int bits) {
  /**
   * Reads CIDR notation (RFC 4632 section 3.1); a single address is a range of one.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static AddressRange of(String text) {
    int slash = text.indexOf('/');
    Optional<ClientAddress> address =
        ClientAddress.parse(slash < 0 ? text : text.substring(0, slash));
    InetAddress first =
        address
            .orElseThrow(() -> new IllegalArgumentException("'%s' is no address".formatted(text)))
            .address();
    int most = first.getAddress().length * Byte.SIZE;
    int bits = slash < 0 ? most : Integer.parseInt(text.substring(slash + 1));
    if (bits < 0 || bits > most) {
      throw new IllegalArgumentException("'%s' has more than %d bits".formatted(text, most));
    }
    return new AddressRange(first, bits);
  }

  boolean contains(ClientAddress address) {
    byte[] mine = first.getAddress();
    byte[] other = address.address().getAddress();
    if (mine.length != other.length) {
      return false;
    }
    for (int bit = 0; bit < bits; bit += Byte.SIZE) {
      int shared = Math.min(Byte.SIZE, bits - bit);
      int difference = (mine[bit / Byte.SIZE] ^ other[bit / Byte.SIZE]) & 0xff;
      if (difference >>> (Byte.SIZE - shared) != 0) {
        return false;
      }
    }
    return true;
  }
}
