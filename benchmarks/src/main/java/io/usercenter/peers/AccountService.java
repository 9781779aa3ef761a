package io.usercenter.peers;

import io.usercenter.testkit.ChildProcess;
import java.time.Duration;
import java.util.List;

/**
 * An account service that runs as a process of its own, with {@link PeersBench#USERS} users, who
 * have the {@link PeersBench#SESSIONS} sessions between them. Both are numbered from 0. Whatever is
 * not answered as it should be throws.
 */
interface AccountService extends AutoCloseable {
  /** As in the table. */
  String title();

  /** The service alone. */
  ChildProcess process();

  /** What it keeps its data in: MySQL, and Redis where there is one. */
  List<ChildProcess> stores();

  /** From the command to the first answer that says it is ready, with whatever it builds before. */
  Duration started();

  /** Whether it does this at all. */
  boolean does(Work work);

  /** Does it once, in one session, which a login opens anew; one caller at a time in each. */
  void run(Work work, int session);

  @Override
  void close();

  /** What is asked of each. */
  enum Work {
    /** A name and a password become tokens. */
    LOGIN("password logins", 1),
    /** Is this access token good? */
    INTROSPECT("introspections", 1),
    /** Are these? */
    INTROSPECT_MANY("introspections, 64 at once", 64),
    /** A refresh token becomes the next pair. */
    REFRESH("refreshes", 1),
    /** And the answer has the account and its characters, as that of a login has. */
    REFRESH_AND_TELL("refreshes that answer as a login does", 1);

    private final String title;
    private final int each;

    Work(String title, int each) {
      this.title = title;
      this.each = each;
    }

    String title() {
      return title;
    }

    /** How many one call does. */
    int each() {
      return each;
    }
  }
}
