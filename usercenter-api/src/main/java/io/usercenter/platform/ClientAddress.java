package io.usercenter.platform;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a request comes from, as far as it can be believed: see {@link ClientAddresses}. A
 * controller method that takes one gets it. An IPv4 address inside an IPv6 one is the IPv4 address.
 *
 * @param address without a name; nothing is ever looked up
 */
public record ClientAddress(InetAddress address) {
  /** {@code 192.0.2.1}, {@code 192.0.2.1:80}, {@code 2001:db8::1}, {@code [2001:db8::1]:80}. */
  private static final Pattern NODE =
      Pattern.compile(
          "(?<v4>\\d{1,3}(?:\\.\\d{1,3}){3})(?::\\d{1,5})?"
              + "|\\[(?<bracketed>[0-9a-fA-F:.]{2,45})](?::\\d{1,5})?"
              + "|(?<v6>[0-9a-fA-F:.]{2,45})");

  /** Reads an address, with or without a port; empty when it is anything else. */
  static Optional<ClientAddress> parse(String text) {
    Matcher node = NODE.matcher(text);
    if (!node.matches()) {
      return Optional.empty();
    }
    String v4 = node.group("v4");
    String v6 = node.group("bracketed") == null ? node.group("v6") : node.group("bracketed");
    if (v4 == null && v6.indexOf(':') < 0) {
      return Optional.empty(); // else a bare number would be an address
    }
    try {
      return Optional.of(new ClientAddress(InetAddress.ofLiteral(v4 == null ? v6 : v4)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** As it is stored: decimal with dots, or eight groups of hexadecimal digits. */
  public String text() {
    return address.getHostAddress();
  }

  /**
   * The first address of the network it is in.
   *
   * @param ipv4Bits how many leading bits make a network of IPv4, 0 to 32
   * @param ipv6Bits how many leading bits make a network of IPv6, 0 to 128
   */
  public ClientAddress network(int ipv4Bits, int ipv6Bits) {
    byte[] bytes = address.getAddress();
    int bits = address instanceof Inet4Address ? ipv4Bits : ipv6Bits;
    int whole = bits / Byte.SIZE;
    if (whole < bytes.length) {
      bytes[whole] &= (byte) (0xff00 >> (bits % Byte.SIZE));
      Arrays.fill(bytes, whole + 1, bytes.length, (byte) 0);
    }
    try {
      return new ClientAddress(InetAddress.getByAddress(bytes));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address of %d bytes".formatted(bytes.length), e);
    }
  }

  @Override
  public String toString() {
    return text();
  }
}
