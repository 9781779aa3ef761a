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
 * @param withdrawnKeys on the wire they stand among the revocations
 * @param unheard shards that are away and could not tell after the service's memory was lost: of
 *     their players some revocations may be missing
 */
public record RevocationPage(
    String next,
    boolean reset,
    boolean more,
    List<Revocation> revocations,
    List<WithdrawnKey> withdrawnKeys,
    Set<Shard> unheard) {
  public RevocationPage {
    revocations = List.copyOf(revocations);
    withdrawnKeys = List.copyOf(withdrawnKeys);
    unheard = Set.copyOf(unheard);
  }

  /** A page without withdrawn keys, from all shards. */
  public RevocationPage(String next, boolean reset, boolean more, List<Revocation> revocations) {
    this(next, reset, more, revocations, List.of(), Set.of());
  }

  /**
   * Reads an answer.
   *
   * @throws IllegalArgumentException if it is no such document
   */
  public static RevocationPage parse(String json) {
    try {
      Map<String, Object> page = StrictJson.readObject(json);
      List<Revocation> revocations = new ArrayList<>();
      List<WithdrawnKey> withdrawnKeys = new ArrayList<>();
      for (Map<String, Object> entry : StrictJson.objects(page, "revocations")) {
        if (entry.containsKey("sessionId") || entry.containsKey("minEpoch")) {
          revocations.add(entry(entry));
        } else if (entry.containsKey("kid")) {
          withdrawnKeys.add(
              new WithdrawnKey(
                  StrictJson.string(entry, "seq"),
                  StrictJson.string(entry, "kid"),
                  Instant.parse(StrictJson.string(entry, "at"))));
        } // else a kind that a newer service knows
      }
      return new RevocationPage(
          StrictJson.string(page, "next"),
          StrictJson.flag(page, "reset"),
          StrictJson.flag(page, "more"),
          revocations,
          withdrawnKeys,
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

  private static Revocation entry(Map<String, Object> entry) {
    String session = StrictJson.optionalString(entry, "sessionId");
    return new Revocation(
        StrictJson.string(entry, "seq"),
        UserId.parse(StrictJson.string(entry, "userId")),
        session == null ? null : Decimal.parse(session),
        entry.containsKey("minEpoch")
            ? Math.toIntExact(StrictJson.require(entry, "minEpoch", Long.class))
            : null,
        RevocationReason.parse(StrictJson.string(entry, "reason")),
        Instant.parse(StrictJson.string(entry, "at")));
  }

  /** The document that {@link #parse} reads. */
  public String toJson() {
    List<Map<String, Object>> entries = new ArrayList<>();
    for (Revocation revocation : revocations) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("seq", revocation.seq());
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
      entry.put("at", revocation.at().toString());
      entries.add(entry);
    }
    for (WithdrawnKey key : withdrawnKeys) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("seq", key.seq());
      entry.put("kid", key.kid());
      entry.put("reason", WithdrawnKey.REASON);
      entry.put("at", key.at().toString());
      entries.add(entry);
    }
    Map<String, Object> page = new LinkedHashMap<>();
    page.put("next", next);
    page.put("reset", reset);
    page.put("more", more);
    page.put("revocations", entries);
    if (!unheard.isEmpty()) {
      page.put("unheard", unheard.stream().sorted().map(Shard::number).toList());
    }
    return StrictJson.write(page);
  }
}
