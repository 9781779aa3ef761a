package io.usercenter.cli.demo;

/** The kinds of things that the demo does and measures, in the order of the report. */
enum Step {
  REGISTER("register", ShardRule.EXACTLY_ONE),
  LOGIN("login by name", ShardRule.EXACTLY_ONE),
  REFRESH("refresh", ShardRule.EXACTLY_ONE),
  LOOKUP("lookup by id, game server", ShardRule.ONE_OR_NONE),
  VIEW("lookup by id, operator", ShardRule.EXACTLY_ONE),
  INTROSPECT("introspect a token", ShardRule.ONE_OR_NONE),
  ME("my account", ShardRule.ONE_OR_NONE),
  MY_ROLES("my roles", ShardRule.ONE_OR_NONE),
  FIND_BY_NAME("find by username, operator", ShardRule.EXACTLY_ONE),
  FIND_BY_ID("find by userId, operator", ShardRule.EXACTLY_ONE),
  FIND_BY_ROLE("find by roleId, operator", ShardRule.ANY),
  LOGOUT("log out", ShardRule.ANY),
  BAN("ban", ShardRule.ANY),
  LIFT("lift a ban", ShardRule.ANY),
  ROLE_EVENTS("role events by HTTP", ShardRule.ANY),
  ROLE_STREAM("role events by Redis Streams", ShardRule.ANY),
  VERIFY("check by the embedded verifier", ShardRule.ANY),
  ROLES_SEEN("role events sent -> seen", ShardRule.ANY),
  LIST_SEEN("seen at login -> in my roles", ShardRule.ANY),
  LOGOUT_SEEN("logged out -> refused", ShardRule.ANY),
  OTHER("everything else", ShardRule.ANY);

  /** How many shards a request of the kind may touch. */
  enum ShardRule {
    EXACTLY_ONE("1"),
    /** None when a cache knows the answer. */
    ONE_OR_NONE("1, or none"),
    ANY("");

    private final String label;

    ShardRule(String label) {
      this.label = label;
    }

    boolean allows(int shards) {
      return switch (this) {
        case EXACTLY_ONE -> shards == 1;
        case ONE_OR_NONE -> shards <= 1;
        case ANY -> true;
      };
    }

    @Override
    public String toString() {
      return label;
    }
  }

  private final String label;
  private final ShardRule shardRule;

  Step(String label, ShardRule shardRule) {
    this.label = label;
    this.shardRule = shardRule;
  }

  ShardRule shardRule() {
    return shardRule;
  }

  @Override
  public String toString() {
    return label;
  }
}
