package io.usercenter.platform;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.core.Ordered;

/**
 * The first thing of a stop: nothing is stopped for a while, but every answer tells its caller that
 * the connection ends with it (RFC 9112 section 9.6). A connection that is closed when nobody said
 * so is closed while the next request is on its way, which is then lost to those who do not send
 * twice. Readiness is down all the while.
 */
final class Drain implements ApplicationListener<ContextClosedEvent>, Ordered {
  private static final Logger log = LoggerFactory.getLogger(Drain.class);

  private final Duration time;
  private volatile boolean begun;

  Drain(Duration time) {
    this.time = time;
  }

  /** Whether connections are to end with their next answer. */
  boolean hasBegun() {
    return begun;
  }

  @Override
  public void onApplicationEvent(ContextClosedEvent closing) {
    begun = true;
    if (time.isZero()) {
      return;
    }
    log.info("stopping: for {} each connection ends with its next answer", time);
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Before whoever stops something when the context closes. */
  @Override
  public int getOrder() {
    return HIGHEST_PRECEDENCE;
  }
}
