package io.usercenter.faults;

import io.usercenter.testkit.Backends;
import io.usercenter.testkit.RedisServer;
import io.usercenter.testkit.RedisSettings;
import io.usercenter.testkit.TcpProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** One Redis that keeps what was written, behind a way that can fail. */
final class SingleRedis implements RedisSide {
  private final RedisServer server = Backends.newRedis(RedisSettings.standard().keepingData());
  private final TcpProxy way = TcpProxy.to(server.port());

  RedisServer server() {
    return server;
  }

  TcpProxy way() {
    return way;
  }

  /** To be called while it does not run: it will start empty. */
  void forget() {
    try (Stream<Path> files = Files.walk(server.dataDirectory())) {
      List<Path> all = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : all) {
        if (!file.equals(server.dataDirectory())) {
          Files.delete(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Map<String, String> environment() {
    return Map.of("UC_REDIS_URL", "redis://" + way.address());
  }

  @Override
  public void close() {
    way.close();
    server.close();
  }
}
