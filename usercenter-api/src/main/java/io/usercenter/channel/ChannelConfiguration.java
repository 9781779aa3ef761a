package io.usercenter.channel;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.UnboundElementsSourceFilter;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

@Configuration(proxyBeanMethods = false)
class ChannelConfiguration {
  @Bean
  @ConditionalOnBooleanProperty("usercenter.channels.simulator.enabled")
  SimulatorChannel simulatorChannel() {
    return new SimulatorChannel();
  }

  @Bean
  OidcChannels oidcChannels(Environment environment, InstantSource clock, MeterRegistry meters) {
    return new OidcChannels(oidcSettings(environment), clock, meters);
  }

  @Bean
  Channels channels(List<ChannelProvider> providers, OidcChannels oidc) {
    List<ChannelProvider> all = new ArrayList<>(providers);
    all.addAll(oidc.all());
    return new Channels(all);
  }

  /** By hand, because their names are a part of the names of the properties. */
  static Map<String, OidcSettings> oidcSettings(Environment environment) {
    return Binder.get(environment)
        .bind(
            OidcSettings.PREFIX,
            Bindable.mapOf(String.class, OidcSettings.class),
            new NoUnboundElementsBindHandler(
                BindHandler.DEFAULT, new UnboundElementsSourceFilter()))
        .orElse(Map.of());
  }
}
