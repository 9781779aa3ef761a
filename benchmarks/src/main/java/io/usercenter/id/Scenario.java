package io.usercenter.id;

import java.time.Duration;
import java.util.function.LongSupplier;

/** What happens to processes that mint ids. Times are virtual, so an hour takes no time. */
enum Scenario {
  /** Ended under full load, and the next process begins in the same millisecond. */
  RESTART("restart in the same ms") {
    @Override
    void play(World world, Minting minting) {
      minting.mint(world.start(), LIFE);
      world.end();
      minting.mint(world.start(), LIFE);
    }
  },
  /** The same, and the clock was corrected by a little in between. */
  RESTART_BEHIND("restart, clock 20 ms back") {
    @Override
    void play(World world, Minting minting) {
      minting.mint(world.start(), LIFE);
      world.end();
      world.clock.step(Duration.ofMillis(-20));
      minting.mint(world.start(), LIFE);
    }
  },
  /** The clock is an hour late for two minutes. */
  JUMP("clock +1 h and back") {
    @Override
    void play(World world, Minting minting) {
      LongSupplier ids = world.start();
      minting.mint(ids, BURST);
      world.clock.step(HOUR);
      world.clock.advance(Duration.ofMinutes(2));
      minting.mint(ids, BURST);
      world.clock.step(HOUR.negated());
      world.clock.advance(TICK);
      minting.mint(ids, BURST);
    }
  },
  /** The clock goes back by a second, again and again. */
  STEPS_BACK("clock -1 s, ten times") {
    @Override
    void play(World world, Minting minting) {
      LongSupplier ids = world.start();
      for (int i = 0; i < 10; i++) {
        minting.mint(ids, BURST);
        world.clock.step(SECOND.negated());
        world.clock.advance(TICK);
        minting.mint(ids, BURST);
        world.clock.advance(SECOND.multipliedBy(2));
      }
    }
  },
  /**
   * A process is paused for longer than its lease of a machine number lasts; another one takes the
   * number; the first goes on, and half-way its timer runs. Both mint, in turn.
   */
  PAUSE("paused past the lease") {
    @Override
    void play(World world, Minting minting) {
      LongSupplier paused = world.start();
      minting.mint(paused, BURST);
      world.clock.holdTimers(true);
      world.clock.advance(HOUR);
      LongSupplier other = world.start();
      for (int i = 0; i < LIFE; i++) {
        if (i == LIFE / 2) {
          world.clock.holdTimers(false);
        }
        minting.attempt(paused);
        minting.attempt(other);
      }
    }
  };

  private static final Duration TICK = Duration.ofMillis(1);
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final int LIFE = 100_000;
  private static final int BURST = 20_000;

  private final String title;

  Scenario(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }

  abstract void play(World world, Minting minting);

  Observation observe(World world) {
    Minting minting = new Minting(world.clock);
    play(world, minting);
    return minting.observed();
  }
}
