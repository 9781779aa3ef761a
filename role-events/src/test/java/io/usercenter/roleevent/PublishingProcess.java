package io.usercenter.roleevent;

import io.usercenter.id.UserId;
import java.net.URI;
import java.nio.file.Path;

/** A game server as a process of its own: it says on its output what was accepted. */
public final class PublishingProcess {
  private PublishingProcess() {}

  /** Arguments: the folder of the spool, the URL of Redis, how many events. */
  public static void main(String[] args) throws Exception {
    try (RolePublisher publisher =
        RolePublisher.builder()
            .serverId("s1")
            .serviceCredential("gs_credential01", "secret")
            .redis(URI.create(args[1]))
            .spool(Path.of(args[0]))
            .spoolBytes(1 << 20)
            .build()) {
      int events = Integer.parseInt(args[2]);
      for (int i = 1; i <= events; i++) {
        UserId user = new UserId(4096L + i % 64);
        RolePicture picture = new RolePicture("Ayla", i, "mage", i, "steam");
        while (!publisher.updated(user, new RoleId("r" + user), i, picture).accepted()) {
          Thread.onSpinWait();
        }
        System.out.println(i);
      }
    }
  }
}
