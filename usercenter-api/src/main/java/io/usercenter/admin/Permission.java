package io.usercenter.admin;

import java.util.Locale;

/**
 * What an operator can be granted. This is the one declaration: the menu of the console, the checks
 * of the endpoints and what grants may hold all come from here. The names are stored; one that goes
 * gives nothing any more.
 */
enum Permission {
  ACCOUNT_READ(Menu.PLAYERS, Reach.CELLS),
  ACCOUNT_REVEAL(Menu.PLAYERS, Reach.CELLS),
  ACCOUNT_LIST(Menu.PLAYERS, Reach.CELLS),
  ACCOUNT_EXPORT(Menu.PLAYERS, Reach.CELLS, true),
  ACCOUNT_KICK(Menu.PLAYERS, Reach.CELLS),
  ACCOUNT_RESET_PASSWORD(Menu.PLAYERS, Reach.CELLS, true),
  ACCOUNT_UNLOCK(Menu.PLAYERS, Reach.CELLS),
  ACCOUNT_RENAME(Menu.PLAYERS, Reach.CELLS),
  ACCOUNT_NOTE(Menu.PLAYERS, Reach.CELLS),
  ACCOUNT_DELETE(Menu.PLAYERS, Reach.CELLS, true),
  ROLE_READ(Menu.PLAYERS, Reach.CELLS),
  BAN_READ(Menu.BANS, Reach.CELLS),
  BAN_WRITE(Menu.BANS, Reach.CELLS),
  BAN_BATCH(Menu.BANS, Reach.CELLS, true),
  ROLE_SYNC_READ(Menu.ROLE_SYNC, Reach.CELLS),
  ROLE_SYNC_WRITE(Menu.ROLE_SYNC, Reach.CELLS),
  OPERATOR_READ(Menu.OPERATORS, Reach.WHOLE),
  OPERATOR_WRITE(Menu.OPERATORS, Reach.WHOLE, true),
  GROUP_READ(Menu.GROUPS, Reach.WHOLE),
  GROUP_WRITE(Menu.GROUPS, Reach.WHOLE, true),
  AUDIT_READ(Menu.AUDIT, Reach.CELLS),
  AUDIT_VERIFY(Menu.AUDIT, Reach.WHOLE),
  APPROVAL_READ(Menu.APPROVALS, Reach.WHOLE),
  APPROVAL_DECIDE(Menu.APPROVALS, Reach.WHOLE, true),
  KEY_READ(Menu.KEYS, Reach.CELLS),
  KEY_WRITE(Menu.KEYS, Reach.CELLS, true),
  DIRECTORY_READ(Menu.DIRECTORY, Reach.CELLS),
  DIRECTORY_WRITE(Menu.DIRECTORY, Reach.WHOLE),
  CREDENTIAL_READ(Menu.KEYS, Reach.CELLS),
  CREDENTIAL_WRITE(Menu.KEYS, Reach.CELLS, true),
  IMPORT_READ(Menu.SYSTEM, Reach.WHOLE),
  ACCOUNT_IMPORT(Menu.SYSTEM, Reach.WHOLE, true),
  SYSTEM_READ(Menu.SYSTEM, Reach.WHOLE);

  /** The entries of the console's menu; one is shown to whoever has a permission in it. */
  enum Menu {
    PLAYERS,
    BANS,
    ROLE_SYNC,
    OPERATORS,
    GROUPS,
    AUDIT,
    APPROVALS,
    KEYS,
    DIRECTORY,
    SYSTEM;

    String id() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** Whether it matters for which servers and channels it was granted. */
  private enum Reach {
    CELLS,
    WHOLE
  }

  private final Menu menu;
  private final Reach reach;
  private final boolean dangerous;

  Permission(Menu menu, Reach reach) {
    this(menu, reach, false);
  }

  Permission(Menu menu, Reach reach, boolean dangerous) {
    this.menu = menu;
    this.reach = reach;
    this.dangerous = dangerous;
  }

  Menu menu() {
    return menu;
  }

  /** Whether it is good for the servers and channels of its grant only. */
  boolean scoped() {
    return reach == Reach.CELLS;
  }

  /** Whether it asks for a fresh proof of who the operator is. */
  boolean dangerous() {
    return dangerous;
  }
}
