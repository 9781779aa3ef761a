package io.usercenter.identity;

import io.usercenter.id.UserId;
import io.usercenter.id.Username;
import io.usercenter.it.Usercenter;
import io.usercenter.testkit.Backends;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** On real MySQL, through ShardingSphere. */
class MySqlIdentityStoreTest extends IdentityStoreContract {
  private static Usercenter service;

  @BeforeAll
  static void start() {
    service = Usercenter.start(Backends.mysql(), Backends.redis());
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @Override
  IdentityStore store() {
    return service.bean(MySqlIdentityStore.class);
  }

  @Override
  UserId account(Username firstName) {
    return service.registered(firstName.canonical());
  }
}
