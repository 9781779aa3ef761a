package io.usercenter.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocatorMetric;
import io.usercenter.testkit.ThisJvm;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NettyBuffersTest {
  @Test
  void buffersAreOfTheHeapAndUsedAgain() throws Exception {
    assertThat(allocator()).isEqualTo("PooledByteBufAllocator heap, 2 arenas of 1048576");
  }

  @Test
  void whatTheCommandLineSaysStays() throws Exception {
    assertThat(allocator("-Dio.netty.allocator.type=unpooled", "-Dio.netty.noPreferDirect=false"))
        .isEqualTo("UnpooledByteBufAllocator direct");
    assertThat(allocator("-Dio.netty.allocator.numHeapArenas=3", "-Dio.netty.allocator.maxOrder=5"))
        .isEqualTo("PooledByteBufAllocator heap, 3 arenas of 262144");
  }

  /** Of a process of its own: Netty looks once. */
  private static String allocator(String... options) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(ThisJvm.java());
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", ThisJvm.classPath(), Child.class.getName()));
    Process process = new ProcessBuilder(command).start();
    String said =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor()).isZero();
    return said;
  }

  /** A process to try it with. */
  static final class Child {
    public static void main(String... arguments) {
      NettyBuffers.prepare();
      ByteBuf buffer = ByteBufAllocator.DEFAULT.buffer(1_000);
      System.out.print(
          ByteBufAllocator.DEFAULT.getClass().getSimpleName()
              + (buffer.isDirect() ? " direct" : " heap"));
      if (ByteBufAllocator.DEFAULT instanceof PooledByteBufAllocator pooled) {
        PooledByteBufAllocatorMetric metric = pooled.metric();
        System.out.printf(", %d arenas of %d", metric.numHeapArenas(), metric.chunkSize());
      }
      buffer.release();
    }
  }
}
