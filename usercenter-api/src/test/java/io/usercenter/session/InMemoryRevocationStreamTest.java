package io.usercenter.session;

/** The stream of the simulated worlds behaves like the real one. */
class InMemoryRevocationStreamTest extends RevocationStreamContract {
  private final InMemoryRevocationStream stream = new InMemoryRevocationStream(0);

  @Override
  RevocationStream stream() {
    return stream;
  }

  @Override
  void flush() {
    stream.flush(0);
  }
}
