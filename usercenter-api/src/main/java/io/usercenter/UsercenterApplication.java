package io.usercenter;

import io.usercenter.process.Carriers;
import io.usercenter.process.ClassesOnly;
import io.usercenter.process.NettyBuffers;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The service. Start reading at {@code docs/architecture.md}. */
@SpringBootApplication
public class UsercenterApplication {
  public static void main(String[] args) {
    Carriers.prepare();
    NettyBuffers.prepare();
    ClassesOnly.run(UsercenterApplication.class, args);
  }
}
