package io.usercenter.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.it.Usercenter;
import io.usercenter.testkit.Backends;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A login is judged, and then opened: what happens in between counts. */
class OperatorSessionsTest {
  private static final String ADDRESS = "127.0.0.1";

  @Test
  void noSessionIsOpenedForAPasswordThatWasReplacedMeanwhile() {
    try (Usercenter service = Usercenter.start(Backends.mysql(), Backends.redis())) {
      String name = "reset-" + Long.toString(System.nanoTime(), 36);
      service
          .bean(Operators.class)
          .create(name, "", "an operator of these tests", false, List.of("viewers"));
      OperatorMapper operators = service.bean(OperatorMapper.class);
      OperatorSessions sessions = service.bean(OperatorSessions.class);
      OperatorMapper.Row judged = operators.byName(name).orElseThrow();

      OperatorPasswords passwords = service.bean(OperatorPasswords.class);
      passwords.reset(judged.operatorId(), passwords.hash("quite another one of them"));

      assertThat(sessions.open(judged.operatorId(), judged.passwordHash(), false, ADDRESS))
          .isEmpty();
      String present = operators.byName(name).orElseThrow().passwordHash();
      assertThat(sessions.open(judged.operatorId(), present, false, ADDRESS)).isPresent();
    }
  }
}
