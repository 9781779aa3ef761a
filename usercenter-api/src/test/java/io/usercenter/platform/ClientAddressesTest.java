package io.usercenter.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletRequest;

/**
 * Whom a request is taken to come from. The attacker writes any header he likes; the proxies in
 * 10.0.0.0/8 and 2001:db8:ffff::/48 append to it what they saw.
 */
class ClientAddressesTest {
  private static final String PROXY = "10.0.0.1";

  private static String client(
      ForwardedHeader read, List<String> trusted, String peer, String... headers) {
    MockHttpServletRequest request = new MockHttpServletRequest();
    request.setRemoteAddr(peer);
    for (String header : headers) {
      int colon = header.indexOf(':');
      request.addHeader(header.substring(0, colon), header.substring(colon + 1).strip());
    }
    HttpSettings settings =
        BoundSettings.http(
            Map.of("trusted-proxies", String.join(",", trusted), "forwarded-header", read));
    return new ClientAddresses(settings).of(request).text();
  }

  private static String behindProxies(ForwardedHeader read, String... headers) {
    return client(read, List.of("10.0.0.0/8", "2001:db8:ffff::/48"), PROXY, headers);
  }

  @Test
  void byDefaultNobodyIsBelieved() {
    assertThat(
            client(
                ForwardedHeader.X_FORWARDED_FOR,
                List.of(),
                PROXY,
                "X-Forwarded-For: 192.0.2.1",
                "Forwarded: for=192.0.2.1",
                "X-Real-IP: 192.0.2.1"))
        .isEqualTo(PROXY);
  }

  @Test
  void aPeerThatIsNoProxyIsNotBelieved() {
    assertThat(
            client(
                ForwardedHeader.X_FORWARDED_FOR,
                List.of("10.0.0.0/8"),
                "192.0.2.66",
                "X-Forwarded-For: 10.0.0.9"))
        .isEqualTo("192.0.2.66");
  }

  @Test
  void onlyTheHeaderOfTheSettingIsRead() {
    String[] both = {"X-Forwarded-For: 192.0.2.1", "Forwarded: for=192.0.2.2"};
    assertThat(behindProxies(ForwardedHeader.X_FORWARDED_FOR, both)).isEqualTo("192.0.2.1");
    assertThat(behindProxies(ForwardedHeader.FORWARDED, both)).isEqualTo("192.0.2.2");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '>',
      textBlock =
          """
          192.0.2.1                               > 192.0.2.1
          192.0.2.1:4711                          > 192.0.2.1
          2001:db8::1                             > 2001:db8:0:0:0:0:0:1
          [2001:db8::1]:4711                      > 2001:db8:0:0:0:0:0:1
          ::ffff:192.0.2.1                        > 192.0.2.1
          192.0.2.1, 10.1.2.3                     > 192.0.2.1
          192.0.2.1,10.1.2.3 ,2001:db8:ffff::5    > 192.0.2.1
          10.9.9.9, 192.0.2.66                    > 192.0.2.66
          10.9.9.9, 192.0.2.66, 10.1.2.3          > 192.0.2.66
          10.9.9.9, 10.1.2.3                      > 10.9.9.9
          unknown                                 > 10.0.0.1
          192.0.2.1, unknown, 10.1.2.3            > 10.1.2.3
          192.0.2.1, , 10.1.2.3                   > 10.1.2.3
          3232235777                              > 10.0.0.1
          127.1                                   > 10.0.0.1
          192.0.2.999                             > 10.0.0.1
          localhost                               > 10.0.0.1
          fe80::1%eth0                            > 10.0.0.1
          [::1                                    > 10.0.0.1
          ' "192.0.2.1'                           > 10.0.0.1
          ' ", 192.0.2.66'                        > 192.0.2.66
          ' "10.9.9.9, 192.0.2.66, 10.1.2.3'      > 192.0.2.66
          ' 192.0.2.66,'                          > 10.0.0.1
          """)
  void theLastHopThatIsNoProxyIsTheClient(String header, String client) {
    assertThat(behindProxies(ForwardedHeader.X_FORWARDED_FOR, "X-Forwarded-For: " + header))
        .isEqualTo(client);
  }

  @Test
  void severalLinesAreOneList() {
    assertThat(
            behindProxies(
                ForwardedHeader.X_FORWARDED_FOR,
                "X-Forwarded-For: 192.0.2.66",
                "X-Forwarded-For: 192.0.2.1, 10.1.2.3"))
        .isEqualTo("192.0.2.1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "for=192.0.2.1",
        "For=\"192.0.2.1:4711\";proto=https;by=10.0.0.1",
        "for=198.51.100.7, for=192.0.2.1, for=10.1.2.3",
        "proto=https; for=192.0.2.1, for=\"[2001:db8:ffff::5]:1\"",
        "for=\"a, b\", for=192.0.2.1",
        "for=\"a\\\", b\", for=192.0.2.1",
      })
  void forwardedIsReadAsRfc7239Says(String header) {
    assertThat(behindProxies(ForwardedHeader.FORWARDED, "Forwarded: " + header))
        .isEqualTo("192.0.2.1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "for=_hidden",
        "for=unknown",
        "proto=https",
        "for=\"10.9.9.9, for=192.0.2.1", // the quote swallows what the proxy wrote
        "for=\"10.9.9.9, for=\"[2001:db8::1]\"",
        "for=\"10.9.9.9\\, for=\"[2001:db8::1]\"",
      })
  void aBrokenForwardedIsNotBelieved(String header) {
    assertThat(behindProxies(ForwardedHeader.FORWARDED, "Forwarded: " + header)).isEqualTo(PROXY);
  }

  @Test
  void aPeerByIpv6IsRead() {
    assertThat(client(ForwardedHeader.FORWARDED, List.of(), "[2001:db8::1]"))
        .isEqualTo("2001:db8:0:0:0:0:0:1");
    assertThat(client(ForwardedHeader.FORWARDED, List.of(), "[fe80::1%2]"))
        .isEqualTo("fe80:0:0:0:0:0:0:1");
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.255.255.255, true",
    "10.0.0.0/8, 11.0.0.0, false",
    "192.0.2.128/25, 192.0.2.127, false",
    "192.0.2.128/25, 192.0.2.128, true",
    "192.0.2.1, 192.0.2.1, true",
    "192.0.2.1, 192.0.2.2, false",
    "0.0.0.0/0, 203.0.113.9, true",
    "0.0.0.0/0, 2001:db8::1, false",
    "2001:db8::/33, 2001:db8:7fff::1, true",
    "2001:db8::/33, 2001:db8:8000::1, false",
  })
  void aRangeHoldsWhatSharesItsBits(String range, String address, boolean inside) {
    assertThat(AddressRange.of(range).contains(ClientAddress.parse(address).orElseThrow()))
        .isEqualTo(inside);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "nonsense", "10.0.0.0/33", "::/129", "10.0.0.0/-1", "10.0.0.0/x"})
  void whatIsNoRangeIsRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> AddressRange.of(text));
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.200, 192.0.2.200",
    "2001:db8:1:2:3:4:5:6, 2001:db8:1:2:0:0:0:0",
  })
  void aNetworkIsOneIpv4AddressOr64BitsOfIpv6(String address, String network) {
    assertThat(ClientAddress.parse(address).orElseThrow().network(32, 64).text())
        .isEqualTo(network);
  }

  @Test
  void networksMayBeWider() {
    assertThat(
            Arrays.asList(32, 25, 24, 9, 0).stream()
                .map(bits -> ClientAddress.parse("192.255.2.200").orElseThrow().network(bits, 64))
                .map(ClientAddress::text))
        .containsExactly("192.255.2.200", "192.255.2.128", "192.255.2.0", "192.128.0.0", "0.0.0.0");
  }
}
