package io.usercenter.idempotency;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A request to this endpoint that comes with an {@code Idempotency-Key} is carried out once; who
 * sends it again within 24 hours gets the same answer. For controller methods that take a caller;
 * his keys are his own.
 *
 * <p>The record lies with the effect: in the player's shard, in the shard of the {@link
 * io.usercenter.id.UserId} in the path or of a body that is {@link AboutUser}, or in the admin
 * database.
 *
 * <p>An answer that must not get lost when the process dies right after the commit is left in the
 * transaction itself, by {@link Idempotency#leave}. Without that the work is done again then, so it
 * has to bear it.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Idempotent {
  /**
   * Seconds that the work takes at most. A key whose process has died is blocked for so long, and
   * then the next request carries it out.
   */
  int patience() default 30;
}
