package io.usercenter.audit;

import io.usercenter.id.UserId;
import io.usercenter.platform.PersonalData;
import java.time.Instant;
import org.springframework.stereotype.Component;

/** What operators did to an account. Not who they are, nor what they noted. */
@Component
final class AuditData implements PersonalData {
  private final AuditLog log;

  AuditData(AuditLog log) {
    this.log = log;
  }

  @Override
  public String section() {
    return "audit";
  }

  @Override
  public boolean erase(UserId user) {
    log.eraseNotes(user);
    return true;
  }

  @Override
  public Object export(UserId user) {
    return log.search(AuditSearch.about(user), EXPORTED).stream()
        .map(entry -> new Exported(entry.at(), entry.action(), entry.outcome()))
        .toList();
  }

  record Exported(Instant at, String action, String outcome) {}
}
