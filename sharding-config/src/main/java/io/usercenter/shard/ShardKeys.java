package io.usercenter.shard;

import io.usercenter.id.GeneFunction;
import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.id.Username;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Collection;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** Where the values that SQL gives for the key columns lead; sets of shards are bit masks. */
final class ShardKeys {
  static final String GENE_FUNCTION = "gene-function";
  static final String USER_ID = "user_id";
  static final String USERNAME = "username";
  static final String ROLE_ID = "role_id";
  static final String IDENTITY_KEY = "identity_key";

  static final int EVERYWHERE = -1;
  static final int NOWHERE = 0;

  private final Shards shards;

  private ShardKeys(Shards shards) {
    this.shards = shards;
  }

  /** What {@link #of} reads. */
  static Properties properties(Shards shards) {
    Properties properties = new Properties();
    properties.setProperty(GENE_FUNCTION, shards.geneFunction().id());
    return properties;
  }

  static ShardKeys of(Properties properties) {
    return new ShardKeys(new Shards(GeneFunction.parse(properties.getProperty(GENE_FUNCTION, ""))));
  }

  /**
   * Where alternative values of one column lead, as in {@code IN}.
   *
   * @throws IllegalArgumentException if one cannot be a key
   */
  int mask(String column, Collection<?> values) {
    int mask = NOWHERE;
    for (Object value : values) {
      mask |= 1 << shard(column, value).number();
    }
    return mask;
  }

  private Shard shard(String column, @Nullable Object value) {
    if (value == null) {
      throw new IllegalArgumentException(column + " is null, which is no key");
    }
    return switch (column) {
      case USER_ID -> shards.of(new UserId(number(value)));
      case USERNAME -> shards.of(Username.ofCanonical(value.toString()));
      case ROLE_ID -> shards.ofRole(value.toString());
      case IDENTITY_KEY -> shards.ofIdentity(value.toString());
      default -> throw new IllegalArgumentException("not a sharding column: " + column);
    };
  }

  /** Whether a parameter is of a type that keys have. */
  static boolean canBe(Object value) {
    return value instanceof Long
        || value instanceof Integer
        || value instanceof BigInteger
        || value instanceof BigDecimal
        || value instanceof String;
  }

  /** Parameters come as what the caller bound, literals as what the parser made of them. */
  private static long number(Object value) {
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
}
