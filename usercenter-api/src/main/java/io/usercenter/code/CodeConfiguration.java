package io.usercenter.code;

import io.micrometer.core.instrument.MeterRegistry;
import io.usercenter.platform.MasterKey;
import io.usercenter.platform.Redis;
import io.usercenter.throttle.Guesses;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class CodeConfiguration {
  @Bean
  CodeSenders codeSenders(CodeSettings settings, List<CodeSender> foreign, InstantSource clock) {
    return new CodeSenders(settings, foreign, clock);
  }

  @Bean
  Codes codes(
      CodeSenders senders,
      Redis redis,
      Guesses guesses,
      MasterKey master,
      SecureRandom random,
      CodeSettings settings,
      MeterRegistry meters) {
    return new Codes(
        senders.chosen(), new CodeStore(redis), guesses, master, random, settings, meters);
  }
}
