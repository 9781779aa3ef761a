package io.usercenter.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.id.Shard;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The account itself; that connections count into it is shown with the real server. */
class ShardVisitsTest {
  private static ShardVisits current() {
    return Objects.requireNonNull(ShardVisits.current());
  }

  @Test
  void nothingIsOpenByItself() {
    assertThat(ShardVisits.current()).isNull();
  }

  @Test
  void theInnerAccountCountsIntoTheOuterOne() {
    try (ShardVisits outer = ShardVisits.open()) {
      current().visited(new Shard(0));
      current().sent();
      try (ShardVisits inner = ShardVisits.open()) {
        current().visited(new Shard(31));
        current().visited(new Shard(31));
        current().sent();
        assertThat(inner.shards()).containsExactly(new Shard(31));
        assertThat(inner.statements()).isEqualTo(1);
      }
      assertThat(ShardVisits.current()).isSameAs(outer);
      assertThat(outer.shards()).containsExactly(new Shard(0), new Shard(31));
      assertThat(outer.shardCount()).isEqualTo(2);
      assertThat(outer.statements()).isEqualTo(2);
    }
    assertThat(ShardVisits.current()).isNull();
  }

  @Test
  void closingTwiceOrOnAnotherThreadClosesNobodyElses() throws InterruptedException {
    try (ShardVisits outer = ShardVisits.open()) {
      ShardVisits inner = ShardVisits.open();
      inner.close();
      inner.close();
      assertThat(ShardVisits.current()).isSameAs(outer);
      Thread.ofVirtual().start(outer::close).join();
      assertThat(ShardVisits.current()).isSameAs(outer);
    }
  }

  @Test
  void anotherThreadCanWorkForTheAccount() throws Exception {
    try (ShardVisits visits = ShardVisits.open()) {
      Thread.ofVirtual()
          .start(
              () -> {
                try {
                  ShardVisits.within(
                      visits,
                      () -> {
                        current().visited(new Shard(5));
                        return 0;
                      });
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
              })
          .join();
      assertThat(visits.shards()).containsExactly(new Shard(5));
    }
  }
}
