package io.usercenter.faults;

import io.usercenter.testkit.RedisServer;

/** A Redis of several servers, of which another one takes over from one that is gone. */
interface FailingOver extends RedisSide {
  /** The one that is to go. */
  RedisServer master();

  /** Whether another one has taken over from it. */
  boolean isTakenOver();
}
