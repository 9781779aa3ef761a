package io.usercenter.throttle;

import io.micrometer.core.instrument.MeterRegistry;
import io.usercenter.platform.ClientAddresses;
import io.usercenter.platform.MasterKey;
import io.usercenter.platform.Redis;
import java.time.InstantSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

@Configuration(proxyBeanMethods = false)
class ThrottleConfiguration {
  @Bean
  RedisCounters sharedCounters(Redis redis, GuessSettings settings) {
    return new RedisCounters(redis, settings);
  }

  @Bean
  LocalCounters ownCounters(InstantSource clock, GuessSettings settings) {
    return new LocalCounters(clock, settings);
  }

  @Bean
  Guesses guesses(
      RedisCounters shared,
      LocalCounters own,
      LimitSettings networks,
      MasterKey master,
      MeterRegistry meters) {
    return new Guesses(
        shared, own, networks, master.derive("counters of guesses", "HmacSHA256"), meters);
  }

  @Bean
  RateLimits rateLimits(
      RedisCounters shared,
      LocalCounters own,
      LimitSettings settings,
      ClientAddresses addresses,
      MeterRegistry meters) {
    return new RateLimits(shared, own, settings, addresses, meters);
  }

  @Bean
  WebMvcConfigurer limitedEndpoints(RateLimits limits) {
    return new WebMvcConfigurer() {
      @Override
      public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(limits);
      }
    };
  }
}
