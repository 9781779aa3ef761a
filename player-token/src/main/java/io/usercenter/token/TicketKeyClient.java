package io.usercenter.token;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The ticket keys of one game server, fetched and kept. What the feed says to be withdrawn is
 * refused at once.
 */
final class TicketKeyClient implements TicketKeySource {
  static final String PATH = "/server/v1/ticket-keys";
  private static final int LARGEST_DOCUMENT = 64 * 1024;

  private final String serverId;
  private final UserCenter userCenter;
  private final ServiceCredential credential;
  private final FetchedDocument<TicketKeys> keys;

  private final Set<Integer> withdrawn;

  /**
   * @param refreshEvery how long a key that was withdrawn may still be believed
   * @param withdrawn epochs that the feed said to be withdrawn, kept up to date by the caller;
   *     whole ones, so that none is taken for that of 256 rotations later
   */
  TicketKeyClient(
      String serverId,
      UserCenter userCenter,
      ServiceCredential credential,
      Duration refreshEvery,
      LongSupplier nanoTime,
      Set<Integer> withdrawn) {
    this.serverId = serverId;
    this.userCenter = userCenter;
    this.credential = credential;
    this.withdrawn = withdrawn;
    this.keys =
        new FetchedDocument<>(
            "the ticket keys of " + serverId + " at " + userCenter,
            this::fetch,
            new TicketKeys(List.of()),
            refreshEvery,
            nanoTime);
  }

  private TicketKeys fetch() throws IOException, InterruptedException {
    String path = PATH + "?serverId=" + URLEncoder.encode(serverId, StandardCharsets.UTF_8);
    TicketKeys fetched =
        TicketKeys.parse(
            userCenter.get(path, credential, FetchedDocument.TIMEOUT, LARGEST_DOCUMENT), serverId);
    if (fetched.isEmpty()) {
      throw new IllegalArgumentException("there is no ticket key in the answer");
    }
    return fetched;
  }

  @Override
  public @Nullable ServerTicketKey find(int epoch, long now) {
    ServerTicketKey key = believed(keys.current(), epoch, now);
    return key != null
        ? key
        : believed(keys.with(known -> believed(known, epoch, now) != null), epoch, now);
  }

  private @Nullable ServerTicketKey believed(TicketKeys known, int epoch, long now) {
    TicketKeys.Entry entry = known.entry(epoch, now);
    return entry == null || (!withdrawn.isEmpty() && withdrawn.contains(entry.epoch()))
        ? null
        : entry.key();
  }

  /** A key was withdrawn: the next ticket of one that is unknown here may ask for it at once. */
  void mayAskAgain() {
    keys.mayAskAgain();
  }

  /**
   * Fetches now.
   *
   * @return how long to pause before the next regular refresh
   */
  Duration refresh() throws InterruptedException {
    return keys.refresh();
  }
}
