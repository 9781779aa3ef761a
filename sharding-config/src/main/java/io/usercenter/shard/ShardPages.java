package io.usercenter.shard;

import io.usercenter.id.Shard;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes one page out of what the shards have behind a place, so that a page costs the same however
 * many there are before it. A shard may stop looking before it has a page full; then the page ends
 * where the first shard stopped, and the next one goes on from there.
 *
 * @param <R> a row
 * @param <P> a place in the order of the rows
 */
public final class ShardPages<R, P> {
  private static final String SEPARATOR = "\n"; // no part of a place holds a control character

  private final Function<R, P> placeOf;
  private final Comparator<P> order;

  /**
   * @param placeOf where a row stands
   * @param order of the pages
   */
  public ShardPages(Function<R, P> placeOf, Comparator<P> order) {
    this.placeOf = placeOf;
    this.order = order;
  }

  /**
   * What one shard has behind the place.
   *
   * @param rows in order
   * @param seenTo up to here nothing is left out; null: there is nothing more in the shard
   */
  public record Part<R, P>(List<R> rows, @Nullable P seenTo) {}

  /**
   * Some of what was found.
   *
   * @param next where the next page begins; null when this is the last one
   * @param away shards that could not be asked, or did not answer in time
   */
  public record Page<R, P>(List<R> rows, @Nullable P next, Set<Shard> away) {}

  /**
   * How many rows to ask each shard for. Where a row lies is as good as random, so a shard rarely
   * has more than this of a page; if it has, the page is a little shorter.
   */
  public static int ofEach(int atMost) {
    return Math.min(atMost, atMost / 16 + 6);
  }

  /** What a shard answered that was asked for {@code asked} rows and looks no further by itself. */
  public Part<R, P> part(List<R> rows, int asked) {
    return new Part<>(rows, rows.size() < asked ? null : placeOf.apply(rows.getLast()));
  }

  /** The first rows of all, in order. */
  public Page<R, P> merged(ShardScatter.Gathered<Part<R, P>> gathered, int atMost) {
    Part<R, P> all = joined(gathered.answers().values());
    List<R> rows = all.rows();
    Set<Shard> away = gathered.missing().keySet();
    return rows.size() <= atMost
        ? new Page<>(rows, all.seenTo(), away)
        : new Page<>(rows.subList(0, atMost), placeOf.apply(rows.get(atMost - 1)), away);
  }

  /** What several parts say together: up to where the first of them stopped. */
  public Part<R, P> joined(Collection<Part<R, P>> parts) {
    List<R> rows = new ArrayList<>();
    @Nullable P seenTo = null;
    for (Part<R, P> part : parts) {
      rows.addAll(part.rows());
      P stopped = part.seenTo();
      if (stopped != null && (seenTo == null || order.compare(stopped, seenTo) < 0)) {
        seenTo = stopped;
      }
    }
    P end = seenTo;
    if (end != null) {
      rows.removeIf(row -> order.compare(placeOf.apply(row), end) > 0);
    }
    rows.sort(Comparator.comparing(placeOf, order));
    return new Part<>(List.copyOf(rows), end);
  }

  /** A place as text that nobody is meant to read. */
  public static String text(String... parts) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(String.join(SEPARATOR, parts).getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Reads {@link #text}.
   *
   * @throws IllegalArgumentException if it has not so many parts
   */
  public static List<String> parts(String text, int count) {
    List<String> parts =
        List.of(
            new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8)
                .split(SEPARATOR, -1));
    if (parts.size() != count) {
      throw new IllegalArgumentException("not a place in a list");
    }
    return parts;
  }
}
