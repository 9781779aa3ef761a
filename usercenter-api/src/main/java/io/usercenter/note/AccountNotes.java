package io.usercenter.note;

import io.usercenter.id.UserId;
import io.usercenter.platform.PersonalData;
import io.usercenter.platform.UserIds;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.springframework.stereotype.Component;

/**
 * Notes of operators about players. A player who asks for his data is told when something was
 * noted, and not what: it may be about others, who told of him.
 */
@Component
public final class AccountNotes implements PersonalData {
  private final AccountNoteMapper mapper;
  private final UserIds ids;
  private final InstantSource clock;

  AccountNotes(AccountNoteMapper mapper, UserIds ids, InstantSource clock) {
    this.mapper = mapper;
    this.ids = ids;
    this.clock = clock;
  }

  /** Adds one. The caller has seen that there is such an account. */
  public AccountNote add(UserId about, String operator, String text) {
    long noteId = ids.next(about.gene()).value();
    Instant at = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    mapper.insert(about, noteId, operator, text, at);
    return new AccountNote(noteId, at, operator, text);
  }

  /**
   * The newest ones first.
   *
   * @param before behind this one; {@code Long.MAX_VALUE} for the first page
   */
  public List<AccountNote> of(UserId about, long before, int atMost) {
    return mapper.newest(about, before, atMost);
  }

  @Override
  public String section() {
    return "notes";
  }

  @Override
  public Object export(UserId user) {
    return mapper.newest(user, Long.MAX_VALUE, EXPORTED).stream()
        .map(note -> new Exported(note.at()))
        .toList();
  }

  @Override
  public boolean erase(UserId user) {
    mapper.removeAll(user);
    return true;
  }

  record Exported(Instant at) {}
}
