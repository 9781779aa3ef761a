package io.usercenter.id;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Machine numbers with their holders, for {@link CosIdLease}: a table that all processes see. */
public final class MachineTable {
  private final List<Row> rows = new ArrayList<>();

  /**
   * A number's row.
   *
   * @param renewed ms since 1970 when its holder was last heard of
   */
  public record Row(int machine, String instance, long renewed) {}

  /** The first row that is wanted is given to the instance, or a new one. */
  public Row take(String instance, long now, Predicate<Row> wanted) {
    int machine = 0;
    while (machine < rows.size() && !wanted.test(rows.get(machine))) {
      machine++;
    }
    Row taken = new Row(machine, instance, now);
    if (machine == rows.size()) {
      rows.add(taken);
    } else {
      rows.set(machine, taken);
    }
    return taken;
  }

  /** False: the row is another instance's. */
  public boolean renew(int machine, String instance, long now) {
    if (!rows.get(machine).instance().equals(instance)) {
      return false;
    }
    rows.set(machine, new Row(machine, instance, now));
    return true;
  }
}
