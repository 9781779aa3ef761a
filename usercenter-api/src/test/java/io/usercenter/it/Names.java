package io.usercenter.it;

import io.usercenter.id.GeneFunction;
import io.usercenter.id.Shard;
import io.usercenter.id.Username;
import io.usercenter.id.UsernameRules;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** Usernames that nobody has yet. */
final class Names {
  private static final AtomicInteger COUNT = new AtomicInteger();

  private Names() {}

  static String fresh() {
    return "player" + COUNT.incrementAndGet();
  }

  /** A name whose player lives in a shard like this. */
  static String in(Predicate<Shard> wanted) {
    String name = fresh();
    while (!wanted.test(shardOf(name))) {
      name = fresh();
    }
    return name;
  }

  static Shard shardOf(String name) {
    Username username = UsernameRules.standard().parse(name);
    return new Shard(GeneFunction.CRC32.gene(username) & (Shard.COUNT - 1));
  }
}
