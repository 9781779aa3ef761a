package io.usercenter.deletion;

import io.usercenter.account.Accounts;
import io.usercenter.platform.ShardTransactions;
import io.usercenter.session.Sessions;
import java.time.InstantSource;
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
}
