package io.usercenter.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.usercenter.id.Shard;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an operator may write into the setting, and what each mistake is answered with. */
class ShardTopologyTest {
  @Test
  void oneInstanceHoldsAllWhenNothingElseIsSaid() {
    ShardTopology topology = ShardTopology.parse(" db:3306 ");
    assertThat(topology.instances()).containsExactly(new MySqlInstance("db", 3306));
    assertThat(topology.shardsOn(new MySqlInstance("db", 3306))).hasSize(32);
  }

  @Test
  void rangesAndSingleShardsCanBeMixedAndAnInstanceNamedTwice() {
    ShardTopology topology = ShardTopology.parse("a:1=0-15, b:2=16-30 ,a:1=31");
    assertThat(topology.instanceOf(new Shard(15))).isEqualTo(new MySqlInstance("a", 1));
    assertThat(topology.instanceOf(new Shard(16))).isEqualTo(new MySqlInstance("b", 2));
    assertThat(topology.instanceOf(new Shard(31))).isEqualTo(new MySqlInstance("a", 1));
    assertThat(topology.instances()).hasSize(2);
    assertThat(topology.shardsOn(new MySqlInstance("c", 3))).isEmpty();
  }

  @Test
  void itsTextReadsBackTheSame() {
    ShardTopology topology = ShardTopology.parse("a:1=0-15,b:2=16-31");
    assertThat(ShardTopology.parse(topology.toString()).toString()).isEqualTo(topology.toString());
  }

  @Test
  void thirtyTwoInstancesMayHoldOneShardEach() {
    StringBuilder text = new StringBuilder();
    for (int shard = 0; shard < 32; shard++) {
      text.append(shard == 0 ? "" : ",")
          .append("h:")
          .append(3300 + shard)
          .append('=')
          .append(shard);
    }
    assertThat(ShardTopology.parse(text.toString()).instances()).hasSize(32);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a:1=0-30 | no instance holds shard 31",
        "a:1=0-9,b:2=12-31 | no instance holds shard 10, 11",
        "a:1=0-16,b:2=16-31 | shard 16 is named twice: on a:1 and on b:2",
        "a:1,b:2 | shard 00 is named twice",
        "a:1=0-32 | shards go from 0 to 31",
        "a:1=15-0 | shards go from 0 to 31, ascending",
        "a:1=x | shards must be a number or a range like 0-15, was 'x' in 'a:1=x'",
        "a:1= | shards must be a number or a range",
        "a:1=0--3 | shards must be a number or a range",
        "a | MySQL instance must be host:port, was 'a'",
        "a:b | MySQL instance must be host:port",
        "a:0 | port must be 1 to 65535, was 0",
        "a:65536 | port must be 1 to 65535",
        "a b:1 | not a host name: 'a b'",
        ":1 | not a host name: ''",
        "a:1=0-31, | MySQL instance must be host:port, was ''",
        "a/?x:1 | not a host name",
      })
  void mistakesAreNamed(String text, String message) {
    assertThatThrownBy(() -> ShardTopology.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void emptyTextIsNoTopology() {
    assertThatThrownBy(() -> ShardTopology.parse(""))
        .hasMessageContaining("MySQL instance must be host:port");
  }
}
