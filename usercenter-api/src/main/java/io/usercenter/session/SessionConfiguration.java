package io.usercenter.session;

import io.micrometer.core.instrument.MeterRegistry;
import io.usercenter.account.Accounts;
import io.usercenter.platform.Caches;
import io.usercenter.platform.MasterKey;
import io.usercenter.platform.Redis;
import io.usercenter.platform.Seal;
import io.usercenter.platform.ShardTransactions;
import io.usercenter.shard.ShardPools;
import io.usercenter.token.Revocations;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.convert.converter.Converter;
import tools.jackson.databind.ObjectMapper;

@Configuration(proxyBeanMethods = false)
class SessionConfiguration {
  /** News of a revocation is kept for this much longer than the tokens it is about. */
  private static final Duration MARGIN = Duration.ofMinutes(5);

  @Bean
  SessionData sessionData(SessionMapper mapper) {
    return new SessionData(mapper);
  }

  @Bean
  RevocationOutbox revocationOutbox(
      OutboxMapper mapper,
      ShardPools pools,
      Redis redis,
      ObjectMapper json,
      InstantSource clock,
      SessionSettings settings) {
    return new RevocationOutbox(
        mapper, pools, redis, json, clock, settings.accessTokenLife().plus(MARGIN));
  }

  @Bean
  SigningKeys signingKeys(
      SigningKeyMapper mapper,
      RevocationOutbox outbox,
      Caches caches,
      MasterKey master,
      SecureRandom random,
      InstantSource clock,
      SigningKeySettings settings,
      SessionSettings sessions) {
    Duration life = sessions.accessTokenLife().plus(MARGIN);
    if (settings.retain().compareTo(life) < 0) {
      throw new IllegalArgumentException(
          "usercenter.signing-keys.retain must be at least "
              + life
              + ", the life of access tokens and five minutes, was "
              + settings.retain());
    }
    return new SigningKeys(
        mapper,
        outbox,
        caches,
        new Seal(master.derive("signing key seal v1", "AES"), random),
        random,
        clock,
        settings,
        life);
  }

  @Bean
  Sessions sessions(
      SessionMapper mapper,
      RevocationOutbox outbox,
      Accounts accounts,
      ShardTransactions transactions,
      MasterKey master,
      SigningKeys keys,
      Caches caches,
      SessionSettings settings,
      InstantSource clock,
      SecureRandom random) {
    Revocations revocations =
        new Revocations(
            settings.accessTokenLife().plus(MARGIN), Revocations.DEFAULT_CAPACITY, clock);
    return new Sessions(
        mapper,
        outbox,
        accounts,
        transactions,
        new RefreshTokens(master),
        keys,
        revocations,
        new Standings(mapper, caches, clock, settings.stateBelief()),
        settings,
        clock,
        random);
  }

  @Bean
  RevocationFeed revocationFeed(
      Redis redis,
      ObjectMapper json,
      InstantSource clock,
      SessionSettings settings,
      Sessions sessions,
      MeterRegistry meters) {
    return new RevocationFeed(
        redis, json, clock, settings.accessTokenLife().plus(MARGIN), sessions::hear, meters);
  }

  @Bean
  Converter<String, SessionId> sessionIdFromPath() {
    return new Converter<>() {
      @Override
      public SessionId convert(String decimal) {
        return SessionId.parse(decimal);
      }
    };
  }

  @Bean
  PlayerResolver playerResolver(Sessions sessions) {
    return new PlayerResolver(sessions);
  }
}
