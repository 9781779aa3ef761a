package io.usercenter.player;

import io.usercenter.account.Accounts;
import io.usercenter.activity.Activity;
import io.usercenter.ban.Bans;
import io.usercenter.channel.Channels;
import io.usercenter.code.Codes;
import io.usercenter.deletion.Deletions;
import io.usercenter.id.UsernameRules;
import io.usercenter.idempotency.Idempotency;
import io.usercenter.identity.Identities;
import io.usercenter.password.NewPasswordRules;
import io.usercenter.platform.Caches;
import io.usercenter.platform.ShardTransactions;
import io.usercenter.role.RoleDirectory;
import io.usercenter.role.RoleEraser;
import io.usercenter.session.Sessions;
import io.usercenter.shard.ShardPools;
import io.usercenter.shard.Shards;
import io.usercenter.throttle.Guesses;
import java.time.InstantSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class PlayerConfiguration {
  @Bean
  RoleDirectory roleDirectory(ShardPools pools, Shards shards) {
    return new RoleDirectory(pools, shards);
  }

  @Bean
  PlayerRoleLists playerRoleLists(
      RoleDirectory directory, ShardPools pools, Shards shards, Caches caches) {
    return new PlayerRoleLists(directory, new RoleEraser(pools, shards), caches);
  }

  @Bean
  RoleData roleData(PlayerRoleLists lists, RejectedEventMapper rejected) {
    return new RoleData(lists, rejected);
  }

  @Bean
  Admission admission(
      Accounts accounts,
      Sessions sessions,
      Bans bans,
      PlayerRoleLists roles,
      Deletions deletions,
      ShardTransactions transactions,
      Idempotency idempotency,
      Activity activity,
      InstantSource clock) {
    return new Admission(
        accounts, sessions, bans, roles, deletions, transactions, idempotency, activity, clock);
  }

  @Bean
  FormerBans formerBans(Identities identities, Bans bans) {
    return new FormerBans(identities, bans);
  }

  @Bean
  IdentityLogins identityLogins(
      Accounts accounts, Identities identities, FormerBans formerBans, Admission admission) {
    return new IdentityLogins(accounts, identities, formerBans, admission);
  }

  @Bean
  Vouchers vouchers(Channels channels) {
    return new Vouchers(channels);
  }

  @Bean
  AddressVouchers addressVouchers(Codes codes) {
    return new AddressVouchers(codes);
  }

  @Bean
  PasswordResets passwordResets(
      Accounts accounts,
      Identities identities,
      Sessions sessions,
      Codes codes,
      Guesses guesses,
      NewPasswordRules rules,
      ShardTransactions transactions) {
    return new PasswordResets(accounts, identities, sessions, codes, guesses, rules, transactions);
  }

  @Bean
  TypedNames typedNames(UsernameRules names, NewPasswordRules passwords) {
    return new TypedNames(names, passwords);
  }

  @Bean
  Logins logins(
      Accounts accounts,
      Guesses guesses,
      Sessions sessions,
      Bans bans,
      ShardTransactions transactions,
      NewPasswordRules rules,
      Deletions deletions,
      Admission admission,
      Idempotency idempotency,
      InstantSource clock) {
    return new Logins(
        accounts,
        guesses,
        sessions,
        bans,
        transactions,
        rules,
        deletions,
        admission,
        idempotency,
        clock);
  }
}
