package io.usercenter.ban;

import io.usercenter.id.UserId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A ban of many accounts.
 *
 * @param batchId {@code bb_...}
 * @param items as asked for, in their order; empty in a list of batches
 */
public record BanBatch(
    String batchId,
    BanScope scope,
    String target,
    String reasonCode,
    String message,
    Instant from,
    @Nullable Instant until,
    String createdBy,
    Instant createdAt,
    @Nullable String undoneBy,
    @Nullable Instant undoneAt,
    List<Item> items) {

  /** What the accounts are banned from. */
  public BanOrder order() {
    return new BanOrder(scope, target, reasonCode, message, from, until, createdBy);
  }

  BanBatch with(List<Item> others) {
    return new BanBatch(
        batchId,
        scope,
        target,
        reasonCode,
        message,
        from,
        until,
        createdBy,
        createdAt,
        undoneBy,
        undoneAt,
        others);
  }

  /**
   * One account of a batch.
   *
   * @param wanted user id or username as sent
   * @param userId null when no account was found, or its shard was away
   * @param banId the ban that the batch made, or the one that was there already
   */
  public record Item(
      int position, String wanted, @Nullable UserId userId, Outcome result, @Nullable BanId banId) {

    Item found(UserId user) {
      return new Item(position, wanted, user, result, banId);
    }

    Item with(Outcome outcome, @Nullable BanId ban) {
      return new Item(position, wanted, userId, outcome, ban);
    }

    /** Whether repeating the batch may still ban the account. */
    public boolean open() {
      return result == Outcome.PENDING || result == Outcome.SHARD_UNAVAILABLE;
    }
  }

  /** What came of one account. */
  public enum Outcome {
    /** Not tried yet, or the process died before it noted what it did. Repeat the batch. */
    PENDING,
    /** Only of a dry run. */
    WOULD_BAN,
    /** By this batch. */
    BANNED,
    /** A ban that stands keeps the player from the same for at least as long. */
    ALREADY_BANNED,
    /** No such account. */
    UNKNOWN,
    /** The same account stands further up in the list. */
    DUPLICATE,
    /** Its shard is away; repeat the batch. */
    SHARD_UNAVAILABLE
  }

  /** What undoing a batch did to one account. */
  public enum Undo {
    /** The ban of the batch is lifted. */
    LIFTED,
    /** It was lifted before, by an earlier undo or by itself. */
    LIFTED_BEFORE,
    /** It was over already. */
    OVER,
    /** The batch has not banned the account. */
    NOT_BANNED,
    /** Its shard is away; undo again. */
    SHARD_UNAVAILABLE
  }

  /** What undoing a batch came to, item by item. */
  public record Undone(BanBatch batch, List<UndoneItem> items) {}

  /** One account of a batch that was undone. */
  public record UndoneItem(String wanted, @Nullable UserId userId, Undo result) {}
}
