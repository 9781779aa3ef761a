package io.usercenter.activity;

import io.usercenter.platform.Redis;
import java.security.SecureRandom;
import java.time.InstantSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

@Configuration(proxyBeanMethods = false)
class ActivityConfiguration {
  @Bean
  Activity activity(ActivityMapper mapper, Redis redis, SecureRandom random, InstantSource clock) {
    return new Activity(mapper, redis, random, clock);
  }

  /** The ways in. Before the rate limits, whose refusals count too. */
  @Bean
  WebMvcConfigurer refusals(Activity activity) {
    return new WebMvcConfigurer() {
      @Override
      public void addInterceptors(InterceptorRegistry registry) {
        registry
            .addInterceptor(new Refusals(activity))
            .order(Integer.MIN_VALUE)
            .addPathPatterns("/v1/accounts", "/v1/accounts:restore", "/v1/sessions");
      }
    };
  }
}
