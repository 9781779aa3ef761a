package io.usercenter.id;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** The machine numbers as a list; passes the contract of the real table. */
final class InMemoryMachineStore implements MachineStore {
  private final List<Row> rows = new ArrayList<>();
  private final LongSupplier now;

  InMemoryMachineStore(int machines, LongSupplier now) {
    this.now = now;
    for (int machine = 0; machine < machines; machine++) {
      rows.add(new Row(machine, "", "", 0));
    }
  }

  @Override
  public synchronized View read() {
    return new View(now.getAsLong(), List.copyOf(rows));
  }

  @Override
  public synchronized boolean claim(Row asRead, String token, String process, long until) {
    Row row = rows.get(asRead.machine());
    if (row.token().equals(asRead.token()) && row.reservedUntil() == asRead.reservedUntil()) {
      rows.set(row.machine(), new Row(row.machine(), token, process, until));
      return true;
    }
    return row.token().equals(token) && row.reservedUntil() == until;
  }

  @Override
  public synchronized Extension extend(int machine, String token, long until) {
    Row row = rows.get(machine);
    if (!row.token().equals(token)) {
      return new Extension(now.getAsLong(), false, row.reservedUntil());
    }
    long end = Math.max(row.reservedUntil(), until);
    rows.set(machine, new Row(machine, token, row.process(), end));
    return new Extension(now.getAsLong(), true, end);
  }

  @Override
  public synchronized void release(int machine, String token, long unused) {
    Row row = rows.get(machine);
    if (row.token().equals(token)) {
      rows.set(machine, new Row(machine, "", row.process(), unused));
    }
  }
}
