package io.usercenter.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;

/** The way from a game server to the user center, over TCP: it can be cut, and laid elsewhere. */
final class Cable implements AutoCloseable {
  private final ServerSocket entrance;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile URI target;
  private volatile boolean cut;

  private Cable(ServerSocket entrance, URI target) {
    this.entrance = entrance;
    this.target = target;
  }

  /**
   * @param target base URL of what stands at the other end
   */
  static Cable to(String target) {
    try {
      Cable cable =
          new Cable(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), URI.create(target));
      cable.threads.execute(cable::accept);
      return cable;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Base URL of this end. */
  String base() {
    return "http://127.0.0.1:" + entrance.getLocalPort();
  }

  void lay(String newTarget) {
    target = URI.create(newTarget);
    dropAll();
  }

  void cut() {
    cut = true;
    dropAll();
  }

  void mend() {
    cut = false;
  }

  private void accept() {
    while (!entrance.isClosed()) {
      try {
        Socket near = entrance.accept();
        open.add(near);
        threads.execute(() -> connect(near));
      } catch (IOException | RejectedExecutionException e) {
        return; // closed
      }
    }
  }

  private void connect(Socket near) {
    Socket far = new Socket();
    open.add(far);
    try {
      if (cut) {
        throw new IOException("cut");
      }
      far.connect(new InetSocketAddress(target.getHost(), target.getPort()), 1000);
      InputStream back = far.getInputStream();
      OutputStream out = near.getOutputStream();
      threads.execute(() -> carry(back, out, near, far));
      carry(near.getInputStream(), far.getOutputStream(), near, far);
    } catch (IOException | RejectedExecutionException e) {
      drop(near, far);
    }
  }

  private void carry(InputStream from, OutputStream to, Socket near, Socket far) {
    try {
      from.transferTo(to);
    } catch (IOException e) {
      // One of the ends has gone; the other one goes too.
    }
    drop(near, far);
  }

  private void dropAll() {
    open.forEach(this::drop);
  }

  private void drop(Socket... sockets) {
    for (Socket socket : sockets) {
      open.remove(socket);
      try {
        socket.close();
      } catch (IOException e) {
        throw new IllegalStateException("a socket cannot be closed", e);
      }
    }
  }

  @Override
  public void close() throws IOException {
    entrance.close();
    dropAll();
    threads.close();
  }
}
