package io.usercenter.account;

import io.usercenter.id.UserId;
import io.usercenter.platform.PersonalData;

/** The row of the account. */
final class AccountData implements PersonalData {
  private final AccountMapper mapper;
  private final Accounts accounts;

  AccountData(AccountMapper mapper, Accounts accounts) {
    this.mapper = mapper;
    this.accounts = accounts;
  }

  @Override
  public String section() {
    return "account";
  }

  @Override
  public boolean erase(UserId user) {
    return accounts.forget(user); // the row itself goes last
  }

  @Override
  public Object export(UserId user) {
    return mapper.exported(user).orElseThrow();
  }
}
