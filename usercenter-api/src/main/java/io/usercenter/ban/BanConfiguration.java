package io.usercenter.ban;

import io.usercenter.account.Accounts;
import io.usercenter.idempotency.Idempotency;
import io.usercenter.platform.AdminTransactions;
import io.usercenter.platform.ShardRounds;
import io.usercenter.platform.ShardTransactions;
import io.usercenter.platform.UserIds;
import io.usercenter.session.Sessions;
import io.usercenter.shard.ShardPools;
import java.time.InstantSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.convert.converter.Converter;

@Configuration(proxyBeanMethods = false)
class BanConfiguration {
  @Bean
  BanData banData(BanMapper mapper, BanBatchMapper batches, InstantSource clock) {
    return new BanData(mapper, batches, clock);
  }

  @Bean
  Converter<String, BanId> banIdFromPath() {
    return new Converter<>() {
      @Override
      public BanId convert(String decimal) {
        return BanId.parse(decimal);
      }
    };
  }

  @Bean
  Bans bans(
      BanMapper mapper,
      ShardPools pools,
      Accounts accounts,
      Sessions sessions,
      ShardTransactions transactions,
      UserIds ids,
      Idempotency idempotency,
      InstantSource clock) {
    return new Bans(
        mapper, new BanOwners(pools), accounts, sessions, transactions, ids, idempotency, clock);
  }

  @Bean
  DueBans dueBans(ShardRounds rounds, Bans bans, InstantSource clock) {
    return new DueBans(rounds, bans, clock);
  }

  @Bean
  BanBatches banBatches(
      BanBatchMapper mapper,
      Bans bans,
      Accounts accounts,
      AdminTransactions transactions,
      Idempotency idempotency,
      InstantSource clock) {
    return new BanBatches(mapper, bans, accounts, transactions, idempotency, clock);
  }
}
