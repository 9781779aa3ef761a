package io.usercenter.ban;

import io.usercenter.id.UserId;
import io.usercenter.platform.PersonalData;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The bans of a player, lifted and past ones too. Not who gave them. */
final class BanData implements PersonalData {
  private final BanMapper mapper;

  BanData(BanMapper mapper) {
    this.mapper = mapper;
  }

  @Override
  public String section() {
    return "bans";
  }

  @Override
  public Object export(UserId user) {
    return mapper.newest(user, EXPORTED).stream()
        .map(
            ban ->
                new Exported(
                    new BanId(ban.banId()),
                    ban.scope(),
                    ban.target(),
                    ban.reasonCode(),
                    ban.message(),
                    ban.startsAt(),
                    ban.endsAt(),
                    ban.liftedAt()))
        .toList();
  }

  /** A ban as far as its player may know of it. */
  record Exported(
      BanId banId,
      BanScope scope,
      String target,
      String reasonCode,
      String message,
      Instant from,
      @Nullable Instant until,
      @Nullable Instant liftedAt) {}
}
