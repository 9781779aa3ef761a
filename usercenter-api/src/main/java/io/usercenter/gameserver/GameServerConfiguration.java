package io.usercenter.gameserver;

import io.usercenter.player.PlayerRoleLists;
import io.usercenter.role.RoleFeeds;
import io.usercenter.role.RoleReconciliation;
import io.usercenter.role.RoleSearch;
import io.usercenter.role.RoleStore;
import io.usercenter.shard.ShardPools;
import io.usercenter.shard.Shards;
import java.time.InstantSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class GameServerConfiguration {
  /** Events come here only while Redis is away from their game servers. */
  private static final int REMEMBERED_CHARACTERS = 1_000;

  @Bean
  RoleReconciliation roleReconciliation(ShardPools pools, Shards shards, RoleStore store) {
    return new RoleReconciliation(pools, shards, store);
  }

  @Bean
  RoleFeeds roleFeeds(ShardPools pools) {
    return new RoleFeeds(pools);
  }

  @Bean
  RoleSearch roleSearch(ShardPools pools) {
    return new RoleSearch(pools);
  }

  @Bean
  RoleStore roleStore(ShardPools pools, Shards shards, InstantSource clock, PlayerRoleLists lists) {
    return new RoleStore(pools, shards, clock, lists::announceChanged, REMEMBERED_CHARACTERS);
  }
}
