package io.usercenter.platform;

import io.usercenter.id.UserId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** All that is kept about a player, one section for each kind of data. */
public final class PersonalExport {
  private final List<PersonalData> data;
  private final InstantSource clock;

  PersonalExport(List<PersonalData> data, InstantSource clock) {
    this.data = data;
    this.clock = clock;
  }

  /**
   * @param sections by what they are about: account, audit, bans, identities, notes, roles,
   *     sessions
   */
  public record Export(UserId userId, Instant exportedAt, Map<String, Object> sections) {}

  /** Of an account that is there. */
  public Export of(UserId user) {
    Map<String, Object> sections = new TreeMap<>();
    data.forEach(part -> sections.put(part.section(), part.export(user)));
    return new Export(user, clock.instant(), sections);
  }
}
