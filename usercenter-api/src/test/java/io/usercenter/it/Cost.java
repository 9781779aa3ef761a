package io.usercenter.it;

import io.usercenter.testkit.ProcessUse;
import java.util.stream.Stream;

/**
 * Processor time in ms of the service and its databases. Unlike calls per second it says the same
 * beside other work.
 *
 * @param service this process
 */
record Cost(double service, double mysql, double redis) {
  /** Of all that this process has started, until now. */
  static Cost now() {
    return new Cost(
        millis(Stream.of(ProcessHandle.current())),
        millis(ProcessUse.started("mysqld")),
        millis(ProcessUse.started("/redis-")));
  }

  private static double millis(Stream<ProcessHandle> processes) {
    return ProcessUse.processorTime(processes).toNanos() / 1e6;
  }

  Cost since(Cost before) {
    return new Cost(service - before.service, mysql - before.mysql, redis - before.redis);
  }

  Cost per(double calls) {
    return new Cost(service / calls, mysql / calls, redis / calls);
  }

  double all() {
    return service + mysql + redis;
  }
}
