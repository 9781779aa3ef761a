package io.usercenter.shard;

import com.google.common.collect.Range;
import io.usercenter.id.GeneFunction;
import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.id.Username;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.shardingsphere.sharding.api.sharding.complex.ComplexKeysShardingAlgorithm;
import org.apache.shardingsphere.sharding.api.sharding.complex.ComplexKeysShardingValue;

/**
 * {@link Shards} for ShardingSphere. Values of one column are alternatives (IN), columns must
 * agree: an id and a name that lead to different shards leave no shard, which ShardingSphere
 * refuses. Public for the service loader.
 */
public final class GeneShardingAlgorithm implements ComplexKeysShardingAlgorithm<Comparable<?>> {
  static final String TYPE = "USERCENTER_GENE";
  static final String GENE_FUNCTION = "gene-function";
  static final String USER_ID = "user_id";
  static final String USERNAME = "username";
  static final String ROLE_ID = "role_id";

  private static final int ALL = -1;

  private Shards shards = new Shards(GeneFunction.CRC32);

  /** For the service loader; {@link #init} follows. */
  public GeneShardingAlgorithm() {}

  @Override
  public void init(Properties properties) {
    shards = new Shards(GeneFunction.parse(properties.getProperty(GENE_FUNCTION, "")));
  }

  /**
   * The databases to visit, each named as its data source.
   *
   * @throws IllegalArgumentException if a value cannot be a key, or the statement gives only ranges
   *     of keys: those lead everywhere, and a query over all shards takes {@link ShardScatter}
   */
  @Override
  public Collection<String> doSharding(
      Collection<String> available, ComplexKeysShardingValue<Comparable<?>> keys) {
    int mask = ALL;
    for (Map.Entry<String, Collection<Comparable<?>>> column :
        keys.getColumnNameAndShardingValuesMap().entrySet()) {
      int alternatives = 0;
      for (Comparable<?> value : column.getValue()) {
        alternatives |= 1 << shard(column.getKey(), value).number();
      }
      mask &= alternatives;
    }
    if (mask == ALL) {
      refuseRanges(keys);
    }
    List<String> chosen = new ArrayList<>(1);
    for (int rest = mask; rest != 0; rest &= rest - 1) {
      chosen.add(Shards.database(new Shard(Integer.numberOfTrailingZeros(rest))));
    }
    return chosen;
  }

  private static void refuseRanges(ComplexKeysShardingValue<Comparable<?>> keys) {
    Map<String, Range<Comparable<?>>> ranges = keys.getColumnNameAndRangeValuesMap();
    if (!ranges.isEmpty()) {
      throw new IllegalArgumentException(
          "a range of "
              + ranges.keySet()
              + " on "
              + keys.getLogicTableName()
              + " leads to every shard: use ShardScatter");
    }
  }

  private Shard shard(String column, Comparable<?> value) {
    return switch (column) {
      case USER_ID -> shards.of(new UserId(number(value)));
      case USERNAME -> shards.of(Username.ofCanonical(value.toString()));
      case ROLE_ID -> shards.ofRole(value.toString());
      default -> throw new IllegalArgumentException("not a sharding column: " + column);
    };
  }

  /** Parameters come as what the caller bound, literals as what the parser made of them. */
  private static long number(Comparable<?> value) {
    return switch (value) {
      case Long number -> number;
      case Integer number -> number;
      case BigInteger number -> number.longValueExact();
      case BigDecimal number -> number.longValueExact();
      case String decimal -> UserId.parse(decimal).value();
      default ->
          throw new IllegalArgumentException("a user id cannot be a " + value.getClass().getName());
    };
  }

  @Override
  public String getType() {
    return TYPE;
  }
}
