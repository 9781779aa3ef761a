package io.usercenter.ban;

import io.usercenter.id.UserId;
import io.usercenter.platform.PersonalData;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** The bans of a player, lifted and past ones too. Not who gave them. */
final class BanData implements PersonalData {
  private final BanMapper mapper;
  private final BanBatchMapper batches;
  private final InstantSource clock;

  BanData(BanMapper mapper, BanBatchMapper batches, InstantSource clock) {
    this.mapper = mapper;
    this.batches = batches;
    this.clock = clock;
  }

  @Override
  public String section() {
    return "bans";
  }

  @Override
  public boolean erase(UserId user) {
    mapper.removePast(user, clock.instant());
    batches.forgetWanted(user);
    return true;
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
