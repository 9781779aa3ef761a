package io.usercenter.rolesync;

import io.usercenter.process.Carriers;
import io.usercenter.process.ClassesOnly;
import io.usercenter.process.NettyBuffers;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** The listener. Any number of instances may run; they share the work by Redis' consumer group. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class RoleSyncApplication {
  /** Runs until SIGTERM; what is being applied then is finished first. */
  public static void main(String[] args) {
    Carriers.prepare();
    NettyBuffers.prepare();
    ClassesOnly.run(RoleSyncApplication.class, args);
  }
}
