package io.usercenter.identity;

import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.id.Username;
import io.usercenter.shard.Shards;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * Usernames that nobody chose. A username places its account, so they are tried until one leads
 * where it should.
 */
final class MadeUpNames {
  private static final int RADIX = 36;
  private static final int SHORT_ENDINGS = RADIX * RADIX;

  /** Their UTF-8 ends in every byte from 0x80 to 0xBF, which no letter or digit of ASCII does. */
  private static final int FIRST_HAN = 0x4E00;

  private static final int HAN = 0x5000;
  private static final long RANDOM_PART = 1L << 40;

  private final Shards shards;
  private final RandomGenerator random;

  MadeUpNames(Shards shards, RandomGenerator random) {
    this.shards = shards;
    this.random = random;
  }

  /** {@code guest-..} for an account in this shard. */
  Username guestIn(Shard shard) {
    String start = "guest-" + Long.toString(random.nextLong(RANDOM_PART), RADIX);
    return first(start, name -> shards.of(name).equals(shard));
  }

  /** {@code former-..} for an account whose first name goes to somebody else. */
  Username formerOf(UserId user) {
    String start = "former-" + Long.toString(user.value(), RADIX);
    return first(start, name -> shards.gene(name) == user.gene());
  }

  private static Username first(String start, Predicate<Username> fits) {
    for (int i = 0; i < SHORT_ENDINGS + HAN; i++) {
      Username name = Username.ofCanonical(start + ending(i));
      if (fits.test(name)) {
        return name;
      }
    }
    throw new IllegalStateException("no name that starts with " + start + " fits");
  }

  private static String ending(int i) {
    return i < SHORT_ENDINGS
        ? Character.toString(Character.forDigit(i / RADIX, RADIX))
            + Character.forDigit(i % RADIX, RADIX)
        : Character.toString(FIRST_HAN + i - SHORT_ENDINGS);
  }
}
