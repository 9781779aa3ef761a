package io.usercenter.token;

import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * One answer of the revocation feed, {@code GET {issuer}/server/v1/revocations?after=&waitMs=}.
 *
 * @param next what to ask for with {@code after} the next time
 * @param reset what the asker knows may be incomplete; this answer starts over
 * @param more there is more right after this page, so it is no proof of being up to date
 * @param news on the wire all kinds stand in {@code revocations}
 * @param unheard shards that are away and could not tell after the service's memory was lost: of
 *     their players some revocations may be missing
 */
public record RevocationPage(
    String next, boolean reset, boolean more, List<News> news, Set<Shard> unheard) {
  public RevocationPage {
    news = List.copyOf(news);
    unheard = Set.copyOf(unheard);
  }

  /** A page from all shards. */
  public RevocationPage(String next, boolean reset, boolean more, List<News> news) {
    this(next, reset, more, news, Set.of());
  }

  /**
   * Reads an answer.
   *
   * @throws IllegalArgumentException if it is no such document
   */
  public static RevocationPage parse(String json) {
    try {
      Map<String, Object> page = StrictJson.readObject(json);
      List<News> news = new ArrayList<>();
      for (Map<String, Object> entry : StrictJson.objects(page, "revocations")) {
        if (entry.containsKey("sessionId") || entry.containsKey("minEpoch")) {
          news.add(entry(entry));
        } else if (entry.containsKey("kid")) {
          news.add(
              new WithdrawnKey(
                  StrictJson.string(entry, "seq"), StrictJson.string(entry, "kid"), at(entry)));
        } else if (entry.containsKey("ticketKeyEpoch")) {
          news.add(
              new WithdrawnTicketKey(
                  StrictJson.string(entry, "seq"),
                  StrictJson.string(entry, "serverId"),
                  StrictJson.integer(entry, "ticketKeyEpoch"),
                  at(entry)));
        } // else a kind that a newer service knows
      }
      return new RevocationPage(
          StrictJson.string(page, "next"),
          StrictJson.flag(page, "reset"),
          StrictJson.flag(page, "more"),
          news,
          unheard(page));
    } catch (StrictJson.NotJsonException
        | DateTimeException
        | ArithmeticException
        | IllegalArgumentException e) {
      throw new IllegalArgumentException("not a page of revocations: " + e.getMessage(), e);
    }
  }

  private static Set<Shard> unheard(Map<String, Object> page) {
    Set<Shard> unheard = new TreeSet<>();
    if (page.containsKey("unheard")) {
      for (Object number : StrictJson.require(page, "unheard", List.class)) {
        if (!(number instanceof Long shard)) {
          throw new StrictJson.NotJsonException("\"unheard\" must hold numbers of shards");
        }
        unheard.add(new Shard(Math.toIntExact(shard)));
      }
    }
    return unheard;
  }

  private static Instant at(Map<String, Object> entry) {
    return Instant.parse(StrictJson.string(entry, "at"));
  }

  private static Revocation entry(Map<String, Object> entry) {
    String session = StrictJson.optionalString(entry, "sessionId");
    return new Revocation(
        StrictJson.string(entry, "seq"),
        UserId.parse(StrictJson.string(entry, "userId")),
        session == null ? null : Decimal.parse(session),
        entry.containsKey("minEpoch") ? StrictJson.integer(entry, "minEpoch") : null,
        RevocationReason.parse(StrictJson.string(entry, "reason")),
        at(entry));
  }

  /** The document that {@link #parse} reads. */
  public String toJson() {
    Map<String, Object> page = new LinkedHashMap<>();
    page.put("next", next);
    page.put("reset", reset);
    page.put("more", more);
    page.put("revocations", news.stream().map(RevocationPage::toJson).toList());
    if (!unheard.isEmpty()) {
      page.put("unheard", unheard.stream().sorted().map(Shard::number).toList());
    }
    return StrictJson.write(page);
  }

  private static Map<String, Object> toJson(News news) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("seq", news.seq());
    if (news instanceof Revocation revocation) {
      entry.put("userId", revocation.userId().toString());
      Long session = revocation.sessionId();
      if (session != null) {
        entry.put("sessionId", session.toString());
      }
      Integer minEpoch = revocation.minEpoch();
      if (minEpoch != null) {
        entry.put("minEpoch", minEpoch);
      }
      entry.put("reason", revocation.reason().name());
    } else if (news instanceof WithdrawnKey key) {
      entry.put("kid", key.kid());
      entry.put("reason", WithdrawnKey.REASON);
    } else if (news instanceof WithdrawnTicketKey key) {
      entry.put("serverId", key.serverId());
      entry.put("ticketKeyEpoch", key.epoch());
      entry.put("reason", WithdrawnTicketKey.REASON);
    }
    entry.put("at", news.at().toString());
    return entry;
  }
}
