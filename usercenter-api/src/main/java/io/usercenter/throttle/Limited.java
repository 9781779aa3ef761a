package io.usercenter.throttle;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says what requests to an endpoint without credentials are counted as; without it they are counted
 * as {@link RateLimit#OPEN}. Requests of a known caller are counted by him.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Limited {
  /** Which limit. */
  RateLimit value();
}
