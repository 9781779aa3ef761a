package io.usercenter.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.id.Shard;
import io.usercenter.platform.Redis;
import io.usercenter.platform.TestRedis;
import io.usercenter.testkit.Backends;
import io.usercenter.testkit.RedisServer;
import io.usercenter.testkit.RedisSettings;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The stream in a real Redis that is emptied, damaged and restarted. */
class RedisRevocationStreamTest extends RevocationStreamContract {
  private static RedisServer server;
  private static Redis redis;

  @BeforeAll
  static void connect() {
    server = Backends.newRedis(RedisSettings.standard().keepingData());
    redis = TestRedis.at(server.url());
  }

  @AfterAll
  static void disconnect() {
    redis.close();
    server.close();
  }

  @BeforeEach
  @Override
  void flush() {
    server.flush();
  }

  @Override
  RevocationStream stream() {
    return new RedisRevocationStream(
        redis, new SecureRandom(), InstantSource.system(), Duration.ofMinutes(20));
  }

  @Test
  void aStreamThatIsDeletedAloneIsMissed() {
    RevocationStream stream = stream();
    String before = stream.told().orElseThrow().generation();
    stream.appendAgain(before, new Shard(1), List.of("a"), true);
    redis.ask("delete", client -> client.getKeys().delete(RedisRevocationStream.STREAM));
    assertThat(stream.told().orElseThrow().generation()).isNotEqualTo(before);
    assertThat(stream.told().orElseThrow().shards()).isEmpty();
  }

  /** It may have been restored from an old copy, or be a replica that had not heard it all. */
  @Test
  void anotherProcessWithTheSameDataIsAnotherGeneration() {
    RevocationStream stream = stream();
    String before = stream.told().orElseThrow().generation();
    stream.appendAgain(before, new Shard(1), List.of("a"), true);
    server.restart();
    assertThat(facts(stream, StreamPlace.START)).hasSize(1);
    assertThat(stream.told().orElseThrow().generation()).isNotEqualTo(before);
    assertThat(stream.appendAgain(before, new Shard(1), List.of("b"), true)).isFalse();
  }
}
