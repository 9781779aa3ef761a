package io.usercenter.shard;

import io.usercenter.id.Shard;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.shardingsphere.sharding.api.sharding.complex.ComplexKeysShardingAlgorithm;
import org.apache.shardingsphere.sharding.api.sharding.complex.ComplexKeysShardingValue;
import org.jspecify.annotations.Nullable;

/**
 * {@link Shards} for ShardingSphere. Values of one column are alternatives, columns must agree.
 * Public for the service loader.
 */
public final class GeneShardingAlgorithm implements ComplexKeysShardingAlgorithm<Comparable<?>> {
  static final String TYPE = "USERCENTER_GENE";

  private @Nullable ShardKeys keys;

  /** For the service loader; {@link #init} follows. */
  public GeneShardingAlgorithm() {}

  @Override
  public void init(Properties properties) {
    keys = ShardKeys.of(properties);
  }

  /** The databases to visit, each named as its data source. */
  @Override
  public Collection<String> doSharding(
      Collection<String> available, ComplexKeysShardingValue<Comparable<?>> given) {
    if (keys == null) {
      throw new IllegalStateException("init was not called");
    }
    int mask = ShardKeys.EVERYWHERE;
    for (Map.Entry<String, Collection<Comparable<?>>> column :
        given.getColumnNameAndShardingValuesMap().entrySet()) {
      mask &= keys.mask(column.getKey(), column.getValue());
    }
    List<String> chosen = new ArrayList<>(1);
    for (int rest = mask; rest != 0; rest &= rest - 1) {
      chosen.add(Shards.database(new Shard(Integer.numberOfTrailingZeros(rest))));
    }
    return chosen;
  }

  @Override
  public String getType() {
    return TYPE;
  }
}
