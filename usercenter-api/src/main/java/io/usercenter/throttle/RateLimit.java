package io.usercenter.throttle;

import io.usercenter.platform.Caller;
import java.util.Locale;

/** What requests are counted as. */
public enum RateLimit {
  REGISTER,
  LOGIN,
  REFRESH,
  CHECK_NAME,
  CODE,
  /** Codes that are sent to one address, whoever asks for them. */
  CODE_ADDRESS,
  OPERATOR_LOGIN,
  /** Whatever else needs no credentials. */
  OPEN,
  PLAYER,
  GAME_SERVER,
  OPERATOR;

  Limit in(LimitSettings settings) {
    return switch (this) {
      case REGISTER -> settings.register();
      case LOGIN -> settings.login();
      case REFRESH -> settings.refresh();
      case CHECK_NAME -> settings.checkName();
      case CODE -> settings.code();
      case CODE_ADDRESS -> settings.codeAddress();
      case OPERATOR_LOGIN -> settings.operatorLogin();
      case OPEN -> settings.open();
      case PLAYER -> settings.player();
      case GAME_SERVER -> settings.gameServer();
      case OPERATOR -> settings.operator();
    };
  }

  /** The name of its policy in the headers, and of its setting. */
  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static RateLimit of(Caller.Kind kind) {
    return switch (kind) {
      case PLAYER -> PLAYER;
      case GAME_SERVER -> GAME_SERVER;
      case OPERATOR -> OPERATOR;
    };
  }
}
