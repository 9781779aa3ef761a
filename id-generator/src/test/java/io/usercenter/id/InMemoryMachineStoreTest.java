package io.usercenter.id;

/** The store of the simulations keeps the contract. */
class InMemoryMachineStoreTest extends MachineStoreContract {
  @Override
  MachineStore newStore() {
    FakeTime time = new FakeTime();
    return new InMemoryMachineStore(256, time::storeNow);
  }
}
