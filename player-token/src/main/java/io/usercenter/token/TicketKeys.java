package io.usercenter.token;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The ticket keys of one game server at one moment, by what tickets show of their epoch. */
final class TicketKeys implements TicketKeySource {
  private static final long FOR_EVER = Long.MAX_VALUE;
  private final @Nullable Entry[] byEpoch = new Entry[256];

  /**
   * @param epoch the whole number; {@code key.epoch()} are its low eight bits
   * @param acceptUntil second from which no ticket can be in time that the service made with it
   */
  record Entry(ServerTicketKey key, int epoch, long acceptUntil) {}

  /**
   * @throws IllegalArgumentException if tickets could not tell two of them apart
   */
  TicketKeys(Collection<Entry> entries) {
    for (Entry entry : entries) {
      int place = entry.key().epoch();
      if (byEpoch[place] != null) {
        throw new IllegalArgumentException("two ticket keys have the epoch " + place);
      }
      byEpoch[place] = entry;
    }
  }

  /** Keys that are good for ever, or until somebody makes another verifier. */
  static TicketKeys of(Collection<ServerTicketKey> keys) {
    return new TicketKeys(keys.stream().map(key -> new Entry(key, key.epoch(), FOR_EVER)).toList());
  }

  /**
   * Reads what {@code GET /server/v1/ticket-keys} answers.
   *
   * @throws IllegalArgumentException if it is no such document, or about another server; the
   *     message holds no key
   */
  static TicketKeys parse(byte[] json, String serverId) {
    try {
      Map<String, Object> document =
          StrictJson.readObject(new String(json, StandardCharsets.UTF_8));
      if (!serverId.equals(document.get("serverId"))) {
        throw new IllegalArgumentException("these are not the ticket keys of " + serverId);
      }
      return new TicketKeys(
          StrictJson.objects(document, "keys").stream().map(key -> entry(key, serverId)).toList());
    } catch (StrictJson.NotJsonException | DateTimeException | ArithmeticException e) {
      throw new IllegalArgumentException("no ticket keys: " + e.getMessage(), e);
    }
  }

  private static Entry entry(Map<String, Object> member, String serverId) {
    int epoch = StrictJson.integer(member, "epoch");
    byte[] key;
    try {
      key = Base64.getUrlDecoder().decode(StrictJson.string(member, "key"));
    } catch (IllegalArgumentException e) { // which shows what it could not read
      throw new StrictJson.NotJsonException("the key of epoch " + epoch + " is no base64url");
    }
    String until = StrictJson.optionalString(member, "acceptUntil");
    return new Entry(
        ServerTicketKey.of(serverId, epoch & 255, key),
        epoch,
        until == null ? FOR_EVER : Instant.parse(until).getEpochSecond());
  }

  @Override
  public @Nullable ServerTicketKey find(int epoch, long now) {
    Entry entry = entry(epoch, now);
    return entry == null ? null : entry.key();
  }

  @Nullable Entry entry(int epoch, long now) {
    Entry entry = byEpoch[epoch];
    return entry == null || now >= entry.acceptUntil() ? null : entry;
  }

  private List<Entry> entries() {
    return Arrays.stream(byEpoch).filter(Objects::nonNull).map(Objects::requireNonNull).toList();
  }

  boolean isEmpty() {
    return entries().isEmpty();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TicketKeys that && entries().equals(that.entries());
  }

  @Override
  public int hashCode() {
    return entries().hashCode();
  }

  @Override
  public String toString() {
    return "ticket keys of epochs " + entries().stream().map(Entry::epoch).toList();
  }
}
