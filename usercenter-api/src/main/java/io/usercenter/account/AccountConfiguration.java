package io.usercenter.account;

import io.usercenter.identity.Identities;
import io.usercenter.platform.Caches;
import io.usercenter.platform.JsonTypeHandler;
import io.usercenter.platform.PasswordHasher;
import io.usercenter.platform.UserIds;
import io.usercenter.shard.ShardPools;
import io.usercenter.shard.Shards;
import java.time.InstantSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class AccountConfiguration {
  @Bean
  JsonTypeHandler<Profile> profileInTheDatabase() {
    return new JsonTypeHandler<>(Profile.class);
  }

  @Bean
  AccountData accountData(AccountMapper mapper, Accounts accounts) {
    return new AccountData(mapper, accounts);
  }

  @Bean
  AccountCounts accountCounts(ShardPools pools) {
    return new AccountCounts(pools);
  }

  @Bean
  AccountSearch accountSearch(ShardPools pools) {
    return new AccountSearch(pools);
  }

  @Bean
  Accounts accounts(
      AccountMapper mapper,
      Identities identities,
      PasswordHasher passwords,
      Shards shards,
      UserIds ids,
      InstantSource clock,
      Caches caches) {
    return new Accounts(mapper, identities, passwords, shards, ids, clock, caches);
  }
}
