package io.usercenter.session;

import io.usercenter.id.UserId;
import io.usercenter.platform.PersonalData;

/** The sessions of a player, ended ones too. */
final class SessionData implements PersonalData {
  private final SessionMapper mapper;

  SessionData(SessionMapper mapper) {
    this.mapper = mapper;
  }

  @Override
  public String section() {
    return "sessions";
  }

  @Override
  public boolean erase(UserId user) {
    mapper.removeAll(user);
    return true;
  }

  @Override
  public Object export(UserId user) {
    return mapper.newest(user, EXPORTED).stream().map(SessionMapper.Row::toSession).toList();
  }
}
