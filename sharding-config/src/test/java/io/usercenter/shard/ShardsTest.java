package io.usercenter.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.id.GeneFunction;
import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.id.Username;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Routing by arithmetic alone; that MySQL computes the same is shown with the real server. */
class ShardsTest {
  private final Shards crc32 = new Shards(GeneFunction.CRC32);
  private final Shards lastByte = new Shards(GeneFunction.LAST_BYTE);

  @ParameterizedTest
  @CsvSource({"1,1", "31,31", "32,0", "9223372036854775807,31", "9223372036854775776,0"})
  void anIdLeadsToItsLowFiveBits(long id, int shard) {
    assertThat(crc32.of(new UserId(id))).isEqualTo(new Shard(shard));
  }

  @Test
  void theOriginalRulePutsWgs123OnShard19() {
    assertThat(lastByte.of(Username.ofCanonical("wgs123"))).isEqualTo(new Shard(19));
  }

  /** SELECT CRC32('wgs123') & 31, CRC32('wgs123') & 255. */
  @Test
  void aNameLeadsWhereMySqlsCrc32Does() {
    Username name = Username.ofCanonical("wgs123");
    assertThat(crc32.gene(name) & 31).isEqualTo(crc32.of(name).number());
    assertThat(crc32.gene(Username.ofCanonical("123456789"))).isEqualTo(0xCBF43926 & 255);
    assertThat(crc32.ofRole("123456789")).isEqualTo(new Shard(0xCBF43926 & 31));
  }

  @Test
  void anIdMintedForANameLeadsToTheShardOfTheName() {
    for (int i = 0; i < 1_000; i++) {
      Username name = Username.ofCanonical("player" + i);
      for (Shards shards : new Shards[] {crc32, lastByte}) {
        UserId minted = new UserId(1L << 40 | shards.gene(name));
        assertThat(shards.of(minted)).isEqualTo(shards.of(name));
      }
    }
  }

  @Test
  void rolesAreLocatedByCrc32WhateverTheGeneFunction() {
    assertThat(lastByte.ofRole("role-7")).isEqualTo(crc32.ofRole("role-7"));
  }

  @Test
  void namesReachEveryShardByCrc32ButNotByTheirLastByte() {
    Set<Shard> even = new HashSet<>();
    Set<Shard> uneven = new HashSet<>();
    for (int i = 0; i < 2_000; i++) {
      Username name = Username.ofCanonical("p" + Integer.toString(i, 36));
      even.add(crc32.of(name));
      uneven.add(lastByte.of(name));
    }
    assertThat(even).hasSize(32);
    assertThat(uneven).doesNotContain(new Shard(0), new Shard(27), new Shard(31));
  }

  @Test
  void thereAre32Databases() {
    assertThat(Shards.all()).hasSize(32);
    assertThat(Shards.database(new Shard(0))).isEqualTo("usercenter_00");
    assertThat(Shards.database(new Shard(31))).isEqualTo("usercenter_31");
  }
}
