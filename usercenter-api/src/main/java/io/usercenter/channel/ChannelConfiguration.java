package io.usercenter.channel;

import java.util.List;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class ChannelConfiguration {
  @Bean
  @ConditionalOnBooleanProperty("usercenter.channels.simulator.enabled")
  SimulatorChannel simulatorChannel() {
    return new SimulatorChannel();
  }

  @Bean
  Channels channels(List<ChannelProvider> providers) {
    return new Channels(providers);
  }
}
