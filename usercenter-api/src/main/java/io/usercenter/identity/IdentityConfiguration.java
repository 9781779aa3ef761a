package io.usercenter.identity;

import io.usercenter.platform.MasterKey;
import io.usercenter.platform.ShardRounds;
import io.usercenter.platform.ShardTransactions;
import io.usercenter.shard.ShardPools;
import io.usercenter.shard.Shards;
import java.security.SecureRandom;
import java.time.InstantSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class IdentityConfiguration {
  @Bean
  IdentityData identityData(Identities identities) {
    return new IdentityData(identities);
  }

  @Bean
  Withheld withheldIdentities(MasterKey master, Shards shards) {
    return new Withheld(master.derive("withheld identities", "HmacSHA256"), shards);
  }

  @Bean
  MadeUpNames madeUpNames(Shards shards, SecureRandom random) {
    return new MadeUpNames(shards, random);
  }

  @Bean
  MySqlIdentityStore identityStore(
      ClaimMapper claims,
      HolderMapper holders,
      ShardTransactions transactions,
      Shards shards,
      MadeUpNames names,
      Withheld withheld) {
    return new MySqlIdentityStore(claims, holders, transactions, shards, names, withheld);
  }

  @Bean
  Linking linking(
      MySqlIdentityStore store,
      InstantSource clock,
      SecureRandom random,
      IdentitySettings settings) {
    return new Linking(store, clock, random, settings.patience(), settings.nameGrace());
  }

  @Bean
  UnsettledClaims unsettledClaims(
      ShardRounds rounds, MySqlIdentityStore store, Linking linking, InstantSource clock) {
    return new UnsettledClaims(rounds, store, linking, clock);
  }

  @Bean
  Identities identities(
      MySqlIdentityStore store,
      ClaimMapper claims,
      HolderMapper holders,
      Linking linking,
      ShardPools pools,
      Withheld withheld,
      IdentitySettings settings,
      MadeUpNames names,
      Shards shards,
      InstantSource clock) {
    return new Identities(
        store,
        claims,
        holders,
        linking,
        new ClaimsOfOwner(pools),
        withheld,
        settings.nameGrace(),
        names,
        shards,
        clock);
  }
}
