package io.usercenter.shard;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.apache.shardingsphere.mode.repository.standalone.StandalonePersistRepository;
import org.jspecify.annotations.Nullable;

/**
 * Where ShardingSphere keeps its own settings: in memory, since they are made anew at each start.
 * Its default is an H2 database. Public for the service loader.
 */
public final class MemoryRepository implements StandalonePersistRepository {
  static final String TYPE = "USERCENTER_MEMORY";

  private final Map<String, String> values = new ConcurrentSkipListMap<>();

  /** For the service loader. */
  public MemoryRepository() {}

  @Override
  public @Nullable String query(String key) {
    return values.get(key);
  }

  @Override
  public List<String> getChildrenKeys(String key) {
    String prefix = key.endsWith(PATH_SEPARATOR) ? key : key + PATH_SEPARATOR;
    return values.keySet().stream()
        .filter(each -> each.startsWith(prefix))
        .map(each -> each.substring(prefix.length()).split(PATH_SEPARATOR, 2)[0])
        .distinct()
        .toList();
  }

  @Override
  public boolean isExisted(String key) {
    return values.containsKey(key)
        || values.keySet().stream().anyMatch(each -> each.startsWith(key + PATH_SEPARATOR));
  }

  @Override
  public void persist(String key, String value) {
    values.put(key, value);
  }

  @Override
  public void update(String key, String value) {
    values.put(key, value);
  }

  @Override
  public void delete(String key) {
    values.keySet().removeIf(each -> each.equals(key) || each.startsWith(key + PATH_SEPARATOR));
  }

  @Override
  public void close() {
    values.clear();
  }

  @Override
  public String getType() {
    return TYPE;
  }
}
