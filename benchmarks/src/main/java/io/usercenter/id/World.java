package io.usercenter.id;

import io.usercenter.testkit.MySqlServer;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;

/** Where processes of one kind start, by one clock. */
abstract class World {
  final VirtualClock clock = new VirtualClock();

  abstract LongSupplier start();

  /** Ends what runs. */
  void end() {
    clock.forgetTimers();
  }

  /** A peer with a number that was configured: every process has the same. */
  static World of(Peer peer) {
    return new World() {
      @Override
      LongSupplier start() {
        return new PeerProcess(clock).start(peer);
      }
    };
  }

  /** CosId with leased numbers. */
  static World ofLeasedCosId() {
    MachineTable table = new MachineTable();
    return new World() {
      private int started;

      @Override
      LongSupplier start() {
        return new PeerProcess(clock).lease(table, "process " + ++started);
      }
    };
  }

  /** Ours, with so many machine numbers in a real MySQL. */
  static World ofOurs(MySqlServer server, int machines) throws SQLException {
    return new OurWorld(server, machines);
  }

  private static final class OurWorld extends World {
    private final MachineStore store;
    private final Deque<OurProcess> processes = new ArrayDeque<>();
    private int started;

    OurWorld(MySqlServer server, int machines) throws SQLException {
      store = OurProcess.store(server, clock, machines);
    }

    @Override
    LongSupplier start() {
      OurProcess process = new OurProcess(store, clock, "process " + ++started);
      processes.add(process);
      return process;
    }

    @Override
    void end() {
      super.end();
      while (!processes.isEmpty()) {
        processes.remove().close();
      }
    }
  }
}
