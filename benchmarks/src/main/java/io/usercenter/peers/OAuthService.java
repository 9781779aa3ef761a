package io.usercenter.peers;

import io.usercenter.testkit.ChildProcess;
import io.usercenter.testkit.MySqlServer;
import java.time.Duration;
import java.util.List;

/** One that speaks OAuth 2.0 and keeps everything in a MySQL of its own. */
record OAuthService(
    String title, ChildProcess process, MySqlServer mysql, Duration started, OAuthSessions sessions)
    implements AccountService {
  @Override
  public List<ChildProcess> stores() {
    return List.of(mysql.process());
  }

  @Override
  public boolean does(Work work) {
    return OAuthSessions.does(work);
  }

  @Override
  public void run(Work work, int session) {
    sessions.run(work, session);
  }

  @Override
  public void close() {
    process.stop(Duration.ofSeconds(30));
    mysql.close();
  }
}
