package io.usercenter.account;

import io.usercenter.id.UserId;
import io.usercenter.platform.PersonalData;

/** The row of the account. */
final class AccountData implements PersonalData {
  private final AccountMapper mapper;

  AccountData(AccountMapper mapper) {
    this.mapper = mapper;
  }

  @Override
  public String section() {
    return "account";
  }

  @Override
  public Object export(UserId user) {
    return mapper.exported(user).orElseThrow();
  }
}
