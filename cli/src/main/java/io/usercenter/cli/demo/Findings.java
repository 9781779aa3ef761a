package io.usercenter.cli.demo;

import java.util.ArrayList;
import java.util.List;

/** What was not as expected; thread safe. */
final class Findings {
  /** How many are kept word for word. */
  static final int EXAMPLES = 10;

  private final List<String> examples = new ArrayList<>();
  private int count;

  synchronized void add(String who, String what) {
    count++;
    if (examples.size() < EXAMPLES) {
      examples.add(who + ": " + what);
    }
  }

  synchronized int count() {
    return count;
  }

  /** The first ones. */
  synchronized List<String> examples() {
    return List.copyOf(examples);
  }
}
