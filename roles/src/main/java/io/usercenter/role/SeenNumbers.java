package io.usercenter.role;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Which of the numbers 1, 2, 3... have come: all up to one, and some ranges beyond it.
 *
 * @param seenTo every number up to this one has come
 * @param ahead the ranges beyond, last number by first; they neither touch nor overlap
 */
record SeenNumbers(long seenTo, NavigableMap<Long, Long> ahead) {
  static final SeenNumbers NONE = new SeenNumbers(0, new TreeMap<>());

  /** Ranges that are kept. What comes beyond counts as missing, so nothing is overlooked. */
  static final int MAX_RANGES = 1_500; // of at most 40 characters; the column holds 65,535

  /** {@code 7-9,12}. */
  static SeenNumbers of(long seenTo, String ahead) {
    NavigableMap<Long, Long> ranges = new TreeMap<>();
    if (!ahead.isEmpty()) {
      for (String range : ahead.split(",", -1)) {
        int dash = range.indexOf('-');
        long first = Long.parseLong(dash < 0 ? range : range.substring(0, dash));
        ranges.put(first, dash < 0 ? first : Long.parseLong(range.substring(dash + 1)));
      }
    }
    return new SeenNumbers(seenTo, ranges);
  }

  SeenNumbers with(Iterable<Long> numbers) {
    NavigableMap<Long, Long> ranges = new TreeMap<>(ahead);
    long to = seenTo;
    for (long number : numbers) {
      if (number <= to) {
        continue;
      }
      if (number == to + 1) {
        to = number;
        Map.Entry<Long, Long> next = ranges.firstEntry();
        if (next != null && next.getKey() == to + 1) {
          ranges.pollFirstEntry();
          to = next.getValue();
        }
      } else {
        add(ranges, number);
      }
    }
    while (ranges.size() > MAX_RANGES) {
      ranges.pollLastEntry();
    }
    return new SeenNumbers(to, ranges);
  }

  private static void add(NavigableMap<Long, Long> ranges, long number) {
    Map.Entry<Long, Long> before = ranges.floorEntry(number);
    if (before != null && before.getValue() >= number) {
      return;
    }
    boolean joinsBefore = before != null && before.getValue() == number - 1;
    long first = joinsBefore ? before.getKey() : number;
    Long after = ranges.remove(number + 1);
    ranges.put(first, after == null ? number : after);
  }

  /** The highest that has come. */
  long highest() {
    return ahead.isEmpty() ? seenTo : ahead.lastEntry().getValue();
  }

  /** How many below the highest have not come. */
  long missing() {
    long come = 0;
    for (Map.Entry<Long, Long> range : ahead.entrySet()) {
      come += range.getValue() - range.getKey() + 1;
    }
    return highest() - seenTo - come;
  }

  String aheadText() {
    StringBuilder text = new StringBuilder();
    ahead.forEach(
        (first, last) -> {
          text.append(text.isEmpty() ? "" : ",").append(first.longValue());
          if (last > first) {
            text.append('-').append(last.longValue());
          }
        });
    return text.toString();
  }
}
