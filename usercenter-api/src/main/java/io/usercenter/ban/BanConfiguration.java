package io.usercenter.ban;

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
      Sessions sessions,
      ShardTransactions transactions,
      UserIds ids,
      InstantSource clock) {
    return new Bans(mapper, new BanOwners(pools), sessions, transactions, ids, clock);
  }
}
