package io.usercenter.session;

import io.micrometer.core.instrument.MeterRegistry;
import io.usercenter.account.Accounts;
import io.usercenter.account.Profile;
import io.usercenter.activity.Activity;
import io.usercenter.platform.Caches;
import io.usercenter.platform.JsonTypeHandler;
import io.usercenter.platform.MasterKey;
import io.usercenter.platform.Redis;
import io.usercenter.platform.Seal;
import io.usercenter.platform.ShardRounds;
import io.usercenter.platform.ShardTransactions;
import io.usercenter.shard.ShardHealth;
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
  RevocationStream revocationStream(
      Redis redis, SecureRandom random, InstantSource clock, SessionSettings settings) {
    return new RedisRevocationStream(redis, random, clock, settings.accessTokenLife().plus(MARGIN));
  }

  @Bean
  RevocationOutbox revocationOutbox(
      OutboxMapper mapper,
      RevocationStream stream,
      ShardPools pools,
      Redis redis,
      ObjectMapper json,
      InstantSource clock,
      SecureRandom random,
      SessionSettings settings) {
    Announcer announcer =
        new Announcer(
            new MySqlOutboxRows(pools),
            stream,
            clock,
            settings.accessTokenLife().plus(MARGIN),
            random);
    return new RevocationOutbox(mapper, announcer, stream, pools, redis, json, clock);
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
  LastSeen lastSeen(
      ShardPools pools,
      InstantSource clock,
      SessionSettings settings,
      Activity activity,
      MeterRegistry meters) {
    return new LastSeen(pools, clock, settings.lastSeenInterval(), activity, meters);
  }

  @Bean
  RefreshRows refreshRows(
      ShardPools pools, JsonTypeHandler<Profile> profiles, InstantSource clock) {
    return new RefreshRows(pools, profiles, clock);
  }

  @Bean
  RotationNotes rotationNotes(
      RefreshRows rows, ShardPools pools, InstantSource clock, MeterRegistry meters) {
    ShardHealth health = pools.health();
    return new RotationNotes(rows::write, shard -> health.of(shard).instance(), clock, meters);
  }

  @Bean
  Sessions sessions(
      SessionMapper mapper,
      RefreshRows refreshes,
      RotationNotes notes,
      RevocationOutbox outbox,
      Accounts accounts,
      ShardTransactions transactions,
      MasterKey master,
      SigningKeys keys,
      Caches caches,
      LastSeen lastSeen,
      SessionSettings settings,
      InstantSource clock,
      SecureRandom random) {
    Revocations revocations =
        new Revocations(
            settings.accessTokenLife().plus(MARGIN), Revocations.DEFAULT_CAPACITY, clock);
    return new Sessions(
        mapper,
        refreshes,
        notes,
        outbox,
        accounts,
        transactions,
        new RefreshTokens(master),
        keys,
        revocations,
        new Standings(mapper, caches, clock, settings.stateBelief()),
        lastSeen,
        settings,
        clock,
        random);
  }

  @Bean
  EndedSessions endedSessions(
      ShardRounds rounds, SessionSettings settings, InstantSource clock, MeterRegistry meters) {
    return new EndedSessions(rounds, settings, clock, meters);
  }

  @Bean
  RevocationFeed revocationFeed(
      RevocationStream stream,
      ObjectMapper json,
      InstantSource clock,
      SessionSettings settings,
      Sessions sessions,
      ShardPools pools,
      MeterRegistry meters) {
    return new RevocationFeed(
        stream,
        json,
        clock,
        settings.accessTokenLife().plus(MARGIN),
        sessions::hear,
        shard -> pools.health().of(shard).up(),
        meters);
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
  PlayerResolver playerResolver(Sessions sessions, SessionSettings settings) {
    return new PlayerResolver(sessions, settings);
  }
}
