package io.usercenter.platform;

import jakarta.servlet.http.HttpServletRequest;

/** Tells whose {@code traceparent} decides what is traced. */
@FunctionalInterface
public interface TracedCallers {
  /**
   * Whether it comes from a game server that was recognised here before. Asked before anything is
   * known of the caller, so it may not cost a database's time.
   */
  boolean decide(HttpServletRequest request);
}
