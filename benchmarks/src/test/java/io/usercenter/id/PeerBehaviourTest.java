package io.usercenter.id;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

/**
 * What generators do when a process is restarted with the same machine number within milliseconds:
 * the first one mints, is dropped, and a new one mints at once. On the unmodified jars.
 */
class PeerBehaviourTest {
  private static final int IDS = 5_000;
  private static final int RESTARTS = 10;

  /** Ours needs its store to be restarted (LeaseKeeperTest does it); so does a segment. */
  private static final EnumSet<Peer> NOT_COMPARED =
      EnumSet.of(Peer.USERCENTER, Peer.USERCENTER_ONE_SHARD, Peer.COSID_SEGMENT_CHAIN);

  @Test
  void aQuickRestartRepeatsIdsInMostPeers() throws Exception {
    Map<Peer, Integer> repeated = new EnumMap<>(Peer.class);
    for (Peer peer : EnumSet.complementOf(NOT_COMPARED)) {
      Set<Long> seen = new HashSet<>();
      int twice = 0;
      for (int life = 0; life < RESTARTS; life++) {
        LongSupplier ids = peer.start();
        for (int i = 0; i < IDS; i++) {
          if (!seen.add(ids.getAsLong())) {
            twice++;
          }
        }
      }
      repeated.put(peer, twice);
    }
    System.out.println("ids repeated by " + RESTARTS + " lives of " + IDS + " ids: " + repeated);
    assertThat(repeated.values()).filteredOn(count -> count > 0).hasSizeGreaterThan(2);
  }
}
