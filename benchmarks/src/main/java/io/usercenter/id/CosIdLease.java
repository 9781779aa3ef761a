package io.usercenter.id;

import java.time.Duration;
import java.util.function.LongSupplier;
import me.ahoo.cosid.machine.AbstractMachineIdDistributor;
import me.ahoo.cosid.machine.ClockBackwardsSynchronizer;
import me.ahoo.cosid.machine.DefaultMachineIdGuarder;
import me.ahoo.cosid.machine.InMemoryMachineStateStorage;
import me.ahoo.cosid.machine.InstanceId;
import me.ahoo.cosid.machine.MachineIdDistributor;
import me.ahoo.cosid.machine.MachineIdLostException;
import me.ahoo.cosid.machine.MachineState;
import me.ahoo.cosid.snowflake.ClockSyncSnowflakeId;
import me.ahoo.cosid.snowflake.MillisecondSnowflakeId;

/**
 * CosId with its distributor, its guarder and its safe-guard of five minutes, renewed every minute,
 * as its Spring starter sets them. Its stores on Redis and JDBC are not on Maven Central in this
 * version, so the table is ours; what it answers is the contract of {@link MachineIdDistributor}.
 */
public final class CosIdLease implements LongSupplier {
  private static final String NAMESPACE = "users";
  private static final int MACHINE_BITS = 10;
  private static final Duration SAFE_GUARD = Duration.ofMinutes(5);

  private final ClockSyncSnowflakeId ids;

  /** Takes a number and keeps it. */
  public CosIdLease(MachineTable table, String instance) {
    InstanceId self = InstanceId.of(instance, false);
    MachineIdDistributor distributor = new OnTable(table);
    MachineState state = distributor.distribute(NAMESPACE, MACHINE_BITS, self, SAFE_GUARD);
    ids = new ClockSyncSnowflakeId(new MillisecondSnowflakeId(state.getMachineId()));
    DefaultMachineIdGuarder guarder = new DefaultMachineIdGuarder(distributor, SAFE_GUARD);
    guarder.register(NAMESPACE, self);
    guarder.start();
  }

  @Override
  public long getAsLong() {
    return ids.generate();
  }

  private static final class OnTable extends AbstractMachineIdDistributor {
    private final MachineTable table;

    OnTable(MachineTable table) {
      super(new InMemoryMachineStateStorage(), ClockBackwardsSynchronizer.DEFAULT);
      this.table = table;
    }

    @Override
    protected MachineState distributeRemote(
        String namespace, int machineBit, InstanceId self, Duration safeGuard) {
      long stale = MachineIdDistributor.getSafeGuardAt(safeGuard, self.isStable());
      MachineTable.Row row =
          table.take(
              self.getInstanceId(),
              System.currentTimeMillis(),
              candidate ->
                  candidate.instance().equals(self.getInstanceId())
                      || candidate.renewed() <= stale);
      return MachineState.of(row.machine(), row.renewed());
    }

    @Override
    protected void revertRemote(String namespace, InstanceId self, MachineState state) {
      table.renew(state.getMachineId(), self.getInstanceId(), 0);
    }

    @Override
    protected void guardRemote(
        String namespace, InstanceId self, MachineState state, Duration safeGuard) {
      if (!table.renew(state.getMachineId(), self.getInstanceId(), System.currentTimeMillis())) {
        throw new MachineIdLostException(namespace, self, state);
      }
    }
  }
}
