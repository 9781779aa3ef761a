package io.usercenter.cli.demo;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a request cost the databases, as its answer says.
 *
 * @param shards how many of the 32 it touched
 * @param statements how many it sent to them
 */
record Cost(int shards, int statements) {
  private static final Pattern SHARDS = metric("shards");
  private static final Pattern STATEMENTS = metric("statements");

  /** W3C Server Timing section 3: {@code shards;desc="1", statements;desc="4"}. */
  private static Pattern metric(String name) {
    return Pattern.compile("(?:^|,)\\s*" + name + "\\s*;\\s*desc=\"(\\d{1,6})\"");
  }

  /** Reads the header {@code Server-Timing}; empty when it does not hold both numbers. */
  static Optional<Cost> parse(String serverTiming) {
    Matcher shards = SHARDS.matcher(serverTiming);
    Matcher statements = STATEMENTS.matcher(serverTiming);
    return shards.find() && statements.find()
        ? Optional.of(
            new Cost(Integer.parseInt(shards.group(1)), Integer.parseInt(statements.group(1))))
        : Optional.empty();
  }
}
