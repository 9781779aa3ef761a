package io.usercenter.platform;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a controller method by which an account could be taken over or away. Game servers are shown
 * access tokens, and must not get so far by one: the caller may have to show more.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface OwnersOnly {
  /** Of the session's refresh token, which only the player's own client has. */
  String HEADER = "X-Refresh-Token";
}
