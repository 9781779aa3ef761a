package io.usercenter.scope;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Game servers, or channels: all, those to come included, or some by their ids. Some may be none.
 *
 * @param ids sorted, each once; empty when {@code all}
 */
public record Extent(boolean all, List<String> ids) {
  /** All there are and will be. */
  public static final Extent ALL = new Extent(true, List.of());

  public Extent {
    ids = all ? List.of() : List.copyOf(new TreeSet<>(ids));
  }

  /** These only. */
  public static Extent of(Collection<String> ids) {
    return new Extent(false, List.copyOf(ids));
  }

  /** Whether the id is one of them. */
  public boolean contains(String id) {
    return all || ids.contains(id);
  }

  /** Whether all of the other ones are among them. No list of ids holds all. */
  public boolean contains(Extent other) {
    return all || (!other.all && Set.copyOf(ids).containsAll(other.ids));
  }

  boolean isEmpty() {
    return !all && ids.isEmpty();
  }
}
