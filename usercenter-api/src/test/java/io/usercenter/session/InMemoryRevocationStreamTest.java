package io.usercenter.session;

import java.time.InstantSource;

/** The stream of the simulated worlds behaves like the real one. */
class InMemoryRevocationStreamTest extends RevocationStreamContract {
  private final InMemoryRevocationStream stream =
      new InMemoryRevocationStream(InstantSource.system());

  @Override
  RevocationStream stream() {
    return stream;
  }

  @Override
  void flush() {
    stream.flush();
  }
}
