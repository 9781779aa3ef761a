package io.usercenter.deletion;

import io.usercenter.account.Accounts;
import io.usercenter.ban.Bans;
import io.usercenter.identity.Identities;
import io.usercenter.platform.PersonalData;
import io.usercenter.platform.ShardRounds;
import io.usercenter.platform.ShardTransactions;
import io.usercenter.session.Sessions;
import java.time.InstantSource;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class DeletionConfiguration {
  @Bean
  Deletions deletions(
      Accounts accounts,
      Sessions sessions,
      ShardTransactions transactions,
      DeletionSettings settings,
      InstantSource clock) {
    return new Deletions(accounts, sessions, transactions, settings, clock);
  }

  @Bean
  Erasures erasures(
      ShardRounds rounds,
      Accounts accounts,
      Bans bans,
      Identities identities,
      List<PersonalData> data,
      InstantSource clock) {
    return new Erasures(rounds, accounts, bans, identities, data, clock);
  }
}
