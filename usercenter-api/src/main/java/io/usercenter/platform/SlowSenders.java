package io.usercenter.platform;

import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpParser;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.AbstractConnector;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes connections whose requests come in drips. The idle timeout does not notice them: every
 * drip is news. Since Jetty 12 there is no limit of its own for that (jetty.project issue 15266).
 *
 * <p>Once a second it looks at every connection that waits for more of a request. The head must be
 * complete within the patience; of a body, {@value #BODY_BYTES_PER_SECOND} bytes a second must
 * come, or it is cut when it was slower for as long as the patience. Time that the service takes to
 * read or to answer does not count.
 */
final class SlowSenders extends AbstractLifeCycle {
  static final int BODY_BYTES_PER_SECOND = 512;

  private static final Logger log = LoggerFactory.getLogger(SlowSenders.class);

  private final AbstractConnector connector;
  private final long patience;
  private IdentityHashMap<EndPoint, Watch> watches = new IdentityHashMap<>();
  private volatile Scheduler.@Nullable Task next;

  /**
   * How many looks in a row a request was too slow, and what of its body had come at the last one.
   *
   * @param request the number of the request on its connection
   */
  private record Watch(long request, boolean inHead, long bytes, long strikes) {}

  SlowSenders(AbstractConnector connector, Duration patience) {
    this.connector = connector;
    this.patience = patience.toSeconds();
  }

  @Override
  protected void doStart() {
    lookLater();
  }

  @Override
  protected void doStop() {
    Scheduler.Task task = next;
    if (task != null) {
      task.cancel();
    }
  }

  private void lookLater() {
    next = connector.getScheduler().schedule(this::lookAgain, 1, TimeUnit.SECONDS);
  }

  private void lookAgain() {
    try {
      look();
    } finally {
      if (isRunning()) {
        lookLater();
      }
    }
  }

  private void look() {
    IdentityHashMap<EndPoint, Watch> now = new IdentityHashMap<>();
    for (EndPoint endPoint : connector.getConnectedEndPoints()) {
      if (httpOf(endPoint) instanceof HttpConnection http && http.isFillInterested()) {
        Watch watch = watch(http, watches.get(endPoint));
        if (watch != null && watch.strikes >= patience) {
          log.debug("{} sends too slowly, closing", endPoint);
          endPoint.close();
        } else if (watch != null) {
          now.put(endPoint, watch);
        }
      }
    }
    watches = now;
  }

  /** Nothing for who owes nothing. */
  private static @Nullable Watch watch(HttpConnection http, @Nullable Watch before) {
    HttpParser parser = http.getParser();
    boolean inHead = parser.inHeaderState() && !parser.isStart();
    if (!inHead && !parser.inContentState()) {
      return null;
    }
    long request = http.getMessagesIn();
    long bytes = parser.getContentRead(); // extensions of chunks do not count
    if (before == null || before.request != request || before.inHead != inHead) {
      return new Watch(request, inHead, bytes, 0);
    }
    boolean slow = inHead || bytes - before.bytes < BODY_BYTES_PER_SECOND;
    return new Watch(request, inHead, bytes, slow ? before.strikes + 1 : 0);
  }

  private static @Nullable Connection httpOf(EndPoint endPoint) {
    Connection connection = endPoint.getConnection();
    return connection instanceof SslConnection tls
        ? tls.getSslEndPoint().getConnection()
        : connection;
  }
}
