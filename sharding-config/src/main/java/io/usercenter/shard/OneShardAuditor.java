package io.usercenter.shard;

import java.util.List;
import java.util.Properties;
import org.apache.shardingsphere.infra.binder.context.statement.SQLStatementContext;
import org.apache.shardingsphere.infra.metadata.database.ShardingSphereDatabase;
import org.apache.shardingsphere.infra.metadata.database.rule.RuleMetaData;
import org.apache.shardingsphere.sharding.route.engine.condition.ShardingCondition;
import org.apache.shardingsphere.sharding.route.engine.condition.engine.ShardingConditionEngine;
import org.apache.shardingsphere.sharding.route.engine.condition.value.ListShardingConditionValue;
import org.apache.shardingsphere.sharding.route.engine.condition.value.ShardingConditionValue;
import org.apache.shardingsphere.sharding.rule.ShardingRule;
import org.apache.shardingsphere.sharding.spi.ShardingAuditAlgorithm;
import org.jspecify.annotations.Nullable;

/**
 * Lets a statement on a sharded table pass only if its keys lead to exactly one shard.
 * ShardingSphere's own DML_SHARDING_CONDITIONS lets ranges and lists over many shards pass: a write
 * would then commit on some shards and not on others, and a read would hold many connections of a
 * pool at once. Public for the service loader.
 */
public final class OneShardAuditor implements ShardingAuditAlgorithm {
  static final String TYPE = "USERCENTER_ONE_SHARD";

  private @Nullable ShardKeys keys;

  /** For the service loader; {@link #init} follows. */
  public OneShardAuditor() {}

  @Override
  public void init(Properties properties) {
    keys = ShardKeys.of(properties);
  }

  /**
   * Called before anything is sent.
   *
   * @throws IllegalArgumentException if the statement leads anywhere else than to one shard
   */
  @Override
  public void check(
      SQLStatementContext statement,
      List<Object> parameters,
      RuleMetaData rules,
      ShardingSphereDatabase database) {
    ShardingRule rule = database.getRuleMetaData().getSingleRule(ShardingRule.class);
    List<ShardingCondition> alternatives =
        new ShardingConditionEngine(rules, database, rule)
            .createShardingConditions(statement, parameters);
    int mask = alternatives.isEmpty() ? ShardKeys.EVERYWHERE : ShardKeys.NOWHERE;
    for (ShardingCondition alternative : alternatives) {
      mask |= mask(alternative);
    }
    switch (Integer.bitCount(mask)) {
      case 1 -> StatementRoutes.audited(alternatives);
      case 0 -> throw new IllegalArgumentException("the keys lead to different shards");
      case 32 ->
          throw new IllegalArgumentException(
              "the statement names no user and no role: use ShardScatter to ask every shard");
      default ->
          throw new IllegalArgumentException(
              "the statement leads to "
                  + Integer.bitCount(mask)
                  + " shards: send one statement to each");
    }
  }

  private int mask(ShardingCondition condition) {
    if (keys == null) {
      throw new IllegalStateException("init was not called");
    }
    int mask = ShardKeys.EVERYWHERE;
    for (ShardingConditionValue value : condition.getValues()) {
      if (value instanceof ListShardingConditionValue<?> list) {
        mask &= keys.mask(list.getColumnName(), list.getValues());
      }
    }
    return mask;
  }

  @Override
  public String getType() {
    return TYPE;
  }
}
