package io.usercenter.faults;

import java.util.Map;

/** The Redis of an installation, of whatever form. */
interface RedisSide extends AutoCloseable {
  /** What the service and the listener are told about it. */
  Map<String, String> environment();

  @Override
  void close();
}
