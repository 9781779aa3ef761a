package io.usercenter.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The way to a server on 127.0.0.1, over TCP: it can be cut, slow, or swallow everything, and lead
 * elsewhere.
 */
public final class TcpProxy implements AutoCloseable {
  private static final int CONNECT_MILLIS = 1000;
  private static final int BACKLOG = 200;

  private enum State {
    OPEN,
    CUT,
    HOLE
  }

  private final ServerSocket entrance;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private State state = State.OPEN;
  private volatile long delayNanos;
  private volatile int target;

  private TcpProxy(ServerSocket entrance, int target) {
    this.entrance = entrance;
    this.target = target;
  }

  /**
   * A way that is open.
   *
   * @param port where it leads
   */
  public static TcpProxy to(int port) {
    try {
      TcpProxy proxy =
          new TcpProxy(new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress()), port);
      proxy.threads.execute(proxy::accept);
      return proxy;
    } catch (IOException e) {
      throw new BackendException("no port for a proxy to " + port, e);
    }
  }

  /** Where it begins. */
  public int port() {
    return entrance.getLocalPort();
  }

  /** {@code 127.0.0.1:port} of where it begins. */
  public String address() {
    return "127.0.0.1:" + port();
  }

  /** Leads to another port from now on; open connections are reset. */
  public void lay(int port) {
    target = port;
    resetAll();
  }

  /** Resets all connections, and each new one, until {@link #mend}. */
  public void cut() {
    become(State.CUT);
    resetAll();
  }

  /**
   * Carries nothing more, new connections included, and tells nobody, until {@link #mend}; what was
   * sent meanwhile arrives then.
   */
  public void swallow() {
    become(State.HOLE);
  }

  /** Holds whatever passes for so long, in each direction, until {@link #mend}. */
  public void delay(Duration oneWay) {
    delayNanos = oneWay.toNanos();
  }

  /** As in the beginning. */
  public void mend() {
    delayNanos = 0;
    become(State.OPEN);
  }

  private void become(State next) {
    lock.lock();
    try {
      state = next;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void accept() {
    while (!entrance.isClosed()) {
      try {
        Socket near = entrance.accept();
        sockets.add(near);
        threads.execute(() -> connect(near));
      } catch (IOException | RejectedExecutionException e) {
        return; // closed
      }
    }
  }

  private void connect(Socket near) {
    Socket far = new Socket();
    sockets.add(far);
    try {
      awaitPassage();
      far.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target), CONNECT_MILLIS);
      near.setTcpNoDelay(true);
      far.setTcpNoDelay(true);
      InputStream back = far.getInputStream();
      OutputStream out = near.getOutputStream();
      threads.execute(() -> carry(back, out, near, far));
      carry(near.getInputStream(), far.getOutputStream(), near, far);
    } catch (IOException | RejectedExecutionException e) {
      reset(near, far);
    }
  }

  private void carry(InputStream from, OutputStream to, Socket near, Socket far) {
    byte[] bytes = new byte[64 << 10];
    try {
      for (int count = from.read(bytes); count >= 0; count = from.read(bytes)) {
        awaitPassage();
        to.write(bytes, 0, count);
      }
      awaitPassage(); // the end is news too
    } catch (IOException e) {
      // One of the ends has gone; the other one goes too.
    }
    reset(near, far);
  }

  private void awaitPassage() throws IOException {
    long due = System.nanoTime() + delayNanos;
    for (long left = delayNanos; left > 0; left = due - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
    lock.lock();
    try {
      while (state == State.HOLE) {
        changed.awaitUninterruptibly();
      }
      if (state == State.CUT) {
        throw new IOException("cut");
      }
    } finally {
      lock.unlock();
    }
  }

  private void resetAll() {
    sockets.forEach(this::reset);
  }

  private void reset(Socket... both) {
    for (Socket socket : both) {
      if (sockets.remove(socket)) {
        try {
          socket.setSoLinger(true, 0); // closing sends RST
        } catch (IOException e) {
          // It was closed by the other side already.
        }
        try {
          socket.close();
        } catch (IOException e) {
          throw new BackendException("a socket cannot be closed", e);
        }
      }
    }
  }

  @Override
  public void close() {
    try {
      entrance.close();
    } catch (IOException e) {
      throw new BackendException("the entrance of a proxy cannot be closed", e);
    }
    cut(); // who waits in a hole goes, too
    threads.close();
  }
}
