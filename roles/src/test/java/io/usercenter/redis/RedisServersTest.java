package io.usercenter.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.redisson.config.Config;
import org.redisson.config.ConstantDelay;

/** What each form of the address becomes; that they work is for the fault suite to show. */
class RedisServersTest {
  private static Config config(String url) {
    return RedisServers.parse(url)
        .config(
            new RedisServers.Manners(
                8,
                1,
                Duration.ofSeconds(1),
                Duration.ofMillis(300),
                1,
                new ConstantDelay(Duration.ofMillis(150))));
  }

  @Test
  void oneServerMayHaveAPassword() {
    Config config = config("redis://:se%cret@10.0.0.5:6379");
    assertThat(config.useSingleServer().getAddress()).isEqualTo("redis://10.0.0.5:6379");
    assertThat(config.getPassword()).isEqualTo("se%cret");
    assertThat(config.getUsername()).isNull();
    assertThat(config.isLazyInitialization()).isTrue();
  }

  @Test
  void sentinelsNameTheirMaster() {
    Config config = config("redis-sentinel://uc:secret@a:26379,b:26380/games");
    assertThat(config.useSentinelServers().getSentinelAddresses())
        .containsExactly("redis://a:26379", "redis://b:26380");
    assertThat(config.useSentinelServers().getMasterName()).isEqualTo("games");
    assertThat(config.getUsername()).isEqualTo("uc");
    assertThat(config.getPassword()).isEqualTo("secret");
  }

  @Test
  void aClusterIsReachedByAnyOfItsNodes() {
    assertThat(config("rediss-cluster://a:1,b:2,c:3").useClusterServers().getNodeAddresses())
        .containsExactly("rediss://a:1", "rediss://b:2", "rediss://c:3");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost:6379",
        "http://localhost",
        "redis://a:1,b:2",
        "redis://a:1/name",
        "redis-sentinel://a:1",
        "redis-cluster://a:1/name",
        "redis-cluster://",
        "redis-swarm://a:1"
      })
  void anythingElseIsRefused(String url) {
    assertThatThrownBy(() -> RedisServers.parse(url))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("redis-sentinel://");
  }

  @Test
  void aPasswordIsNeverShown() {
    assertThat(RedisServers.parse("redis://:secret@a:1").toString()).doesNotContain("secret");
    assertThatThrownBy(() -> RedisServers.parse("redis://:secret@a:1,b:2"))
        .hasMessageNotContaining("secret");
  }
}
