package io.usercenter.channel;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** The OpenID Connect channels of this deployment. */
final class OidcChannels implements AutoCloseable {
  private final List<OidcChannel> all;

  OidcChannels(Map<String, OidcSettings> settings, InstantSource clock, MeterRegistry meters) {
    all =
        settings.entrySet().stream()
            .map(entry -> new OidcChannel(entry.getKey(), entry.getValue(), clock, meters))
            .toList();
  }

  List<OidcChannel> all() {
    return all;
  }

  @Override
  public void close() {
    all.forEach(OidcChannel::close);
  }
}
