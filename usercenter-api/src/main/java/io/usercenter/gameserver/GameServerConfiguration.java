package io.usercenter.gameserver;

import io.usercenter.role.RoleStore;
import io.usercenter.shard.ShardPools;
import io.usercenter.shard.Shards;
import java.time.InstantSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class GameServerConfiguration {
  @Bean
  RoleStore roleStore(ShardPools pools, Shards shards, InstantSource clock) {
    return new RoleStore(pools, shards, clock);
  }
}
