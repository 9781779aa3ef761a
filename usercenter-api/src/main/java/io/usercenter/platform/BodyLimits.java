package io.usercenter.platform;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;
import jakarta.servlet.ServletRequest;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.SizeLimitHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.AutoLock;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the body of a request (413), and what the bodies of all requests under way take together
 * (503): whoever sends large ones without an end, over many connections, would fill the heap before
 * anybody has asked who he is. The first {@value #FREE} bytes of a body do not count for that, so
 * that logins, refreshes and checks go on. Players' bodies, which are read before anybody knows
 * whose they are, have a room of their own: they keep no batch of a game server out.
 */
final class BodyLimits extends SizeLimitHandler implements MeterBinder {
  /** Files of operators are streamed, and bounded where they are read. */
  private static final Set<String> UPLOADS = Set.of("/admin/v1/imports");

  private static final String PLAYERS = "/v1/";

  private static final String COUNTED = BodyLimits.class.getName();

  static final int FREE = 4096;

  private final Room players;
  private final Room others;

  /**
   * Of both ports.
   *
   * @param each bytes of a body
   * @param together bytes of all of them, a quarter of it of players' ones
   */
  BodyLimits(long each, long together) {
    super(each, -1);
    this.players = new Room(together / 4);
    this.others = new Room(together - together / 4);
  }

  /** What some bodies may take together, and what they take now. */
  private record Room(long limit, AtomicLong held) {
    Room(long limit) {
      this(limit, new AtomicLong());
    }

    boolean takes(long more) {
      return held.addAndGet(more) <= limit;
    }
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    bindTo(registry, players, "players");
    bindTo(registry, others, "others");
  }

  private static void bindTo(MeterRegistry registry, Room room, String of) {
    Gauge.builder("uc.http.bodies", room.held, AtomicLong::get)
        .description("What the bodies of requests under way take, but for the first 4 KB of each")
        .tag("of", of)
        .baseUnit(BaseUnits.BYTES)
        .register(registry);
    Gauge.builder("uc.http.bodies.limit", () -> room.limit)
        .description("What they may take; who sends more gets 503 REQUEST_MEMORY_FULL")
        .tag("of", of)
        .baseUnit(BaseUnits.BYTES)
        .register(registry);
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    String port = request.getConnectionMetaData().getConnector().getName();
    String path = request.getHttpURI().getPath();
    if (Ports.INTERNAL.equals(port) && UPLOADS.contains(path)) {
      return getHandler().handle(request, response, callback);
    }
    Counted counted = new Counted(request, path.startsWith(PLAYERS) ? players : others);
    request.setAttribute(COUNTED, counted);
    Request.addCompletionListener(request, _ -> counted.end());
    return super.handle(counted, response, callback);
  }

  /**
   * What still comes of a refused request is dropped, and takes no room.
   *
   * @return whether its body is bounded
   */
  static boolean release(ServletRequest refused) {
    if (refused.getAttribute(COUNTED) instanceof Counted counted) {
      counted.end();
      return true;
    }
    return false;
  }

  /**
   * A request whose body is counted as it comes, until it is refused or answered: what a refused
   * caller goes on to send is read and dropped.
   */
  private static final class Counted extends Request.Wrapper {
    private final AutoLock lock = new AutoLock();
    private final Room room;
    private long read;
    private boolean ended;

    Counted(Request request, Room room) {
      super(request);
      this.room = room;
    }

    @Override
    public Content.@Nullable Chunk read() {
      Content.Chunk chunk = super.read();
      if (chunk == null || Content.Chunk.isFailure(chunk) || fits(chunk.remaining())) {
        return chunk;
      }
      chunk.release();
      end();
      return Content.Chunk.from(new HttpException.RuntimeException(503), false);
    }

    private boolean fits(int bytes) {
      try (AutoLock _ = lock.lock()) {
        if (ended) {
          return true;
        }
        long before = counting();
        read += bytes;
        long more = counting() - before;
        return more == 0 || room.takes(more);
      }
    }

    private long counting() {
      return Math.max(0, read - FREE);
    }

    void end() {
      try (AutoLock _ = lock.lock()) {
        if (!ended) {
          ended = true;
          room.takes(-counting());
        }
      }
    }
  }
}
