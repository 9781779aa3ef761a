package io.usercenter.identity;

import io.usercenter.id.UserId;
import io.usercenter.id.Username;
import java.util.concurrent.atomic.AtomicLong;

class InMemoryIdentityStoreTest extends IdentityStoreContract {
  private final InMemoryIdentityStore store = new InMemoryIdentityStore();
  private final AtomicLong ids = new AtomicLong(4096);

  @Override
  IdentityStore store() {
    return store;
  }

  @Override
  UserId account(Username firstName) {
    UserId user = new UserId(ids.incrementAndGet());
    if (!store.create(user, firstName.canonical())) {
      throw new AssertionError(firstName + " is taken");
    }
    return user;
  }
}
