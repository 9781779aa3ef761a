package io.usercenter.testkit;

/** A server that tests may treat badly: it keeps its port and its data over all of this. */
public sealed interface BackendServer extends AutoCloseable permits MySqlServer, RedisServer {
  /** Its address; always 127.0.0.1, nothing else is listened on. */
  default String host() {
    return "127.0.0.1";
  }

  /** Its TCP port. */
  int port();

  /** Process id of the one that runs now, or ran last. */
  long pid();

  /** Whether the process is there; a paused one is. */
  boolean isRunning();

  /** Ends it in an orderly way (SIGTERM) and returns when it is gone. */
  void stop();

  /** Ends it without warning (SIGKILL) and returns when it is gone. */
  void kill9();

  /** Stands it still (SIGSTOP): its connections stay open and nothing answers. */
  void pause();

  /** Lets it go on after {@link #pause}. */
  void resume();

  /**
   * Starts it again on the same data and port, stopping it first if it runs. Returns when it
   * answers.
   *
   * @throws BackendException when it does not come up
   */
  void restart();

  /** Ends it for good. A server made for tests takes its data with it. */
  @Override
  void close();
}
