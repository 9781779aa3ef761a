package io.usercenter.process;

/**
 * Where Netty, which talks to Redis, keeps what it reads and writes: in buffers of the heap that
 * are used again. Its own choice is direct memory that grows and shrinks with the load, and since
 * Java 24 each piece that is given back stops all threads for a moment (Javadoc of {@code
 * java.lang.foreign.Arena#close}); that was a tenth of what the listener of role events does. Two
 * pieces of the heap of a megabyte are enough to begin with; by itself Netty takes 4 MB for each of
 * two threads a processor, 128 MB of a machine with sixteen.
 */
public final class NettyBuffers {
  private NettyBuffers() {}

  /** To be called before Netty's first class; leaves alone what is set on the command line. */
  public static void prepare() {
    Unset.set("io.netty.allocator.type", "pooled");
    Unset.set("io.netty.noPreferDirect", "true");
    Unset.set("io.netty.allocator.numHeapArenas", "2");
    Unset.set("io.netty.allocator.maxOrder", "7"); // of 8 KB: 1 MB
  }
}
