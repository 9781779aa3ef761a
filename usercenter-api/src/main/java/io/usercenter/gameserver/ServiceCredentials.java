package io.usercenter.gameserver;

import io.usercenter.platform.Digests;
import io.usercenter.platform.RandomText;
import io.usercenter.roleevent.RoleEventKey;
import io.usercenter.scope.Scope;
import io.usercenter.scope.ScopeGuard;
import io.usercenter.shard.Beliefs;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/**
 * Credentials of game servers. The secret is 256 random bits, so a plain SHA-256 of it is stored. A
 * revoked credential is refused within ten seconds; when the admin database is away, known
 * credentials go on for ten minutes.
 */
@Component
public final class ServiceCredentials {
  private static final Pattern FORM = Pattern.compile("gs_[A-Za-z0-9_-]{12}");
  private static final Duration USE_NOTED_EVERY = Duration.ofMinutes(1);

  private final ServiceCredentialMapper mapper;
  private final SecureRandom random;
  private final InstantSource clock;
  private final Beliefs<Held, DataAccessException> known;

  ServiceCredentials(ServiceCredentialMapper mapper, SecureRandom random, InstantSource clock) {
    this.mapper = mapper;
    this.random = random;
    this.clock = clock;
    this.known = new Beliefs<>(this::read, DataAccessException.class, clock);
  }

  /**
   * Makes a credential.
   *
   * @param serverIds the game servers it speaks for; {@code *} for all
   * @param by the operator
   * @return empty when not all of the servers are in scope
   */
  public Optional<Created> create(Scope scope, String name, List<String> serverIds, String by) {
    if (!serverIds.stream().allMatch(server -> covers(scope, server))) {
      return Optional.empty();
    }
    String id = "gs_" + RandomText.of(random, 9);
    String secret = "ucs_" + RandomText.of(random, 32);
    ScopeGuard.found(id);
    mapper.insert(
        id, name, String.join(",", serverIds), Digests.sha256(secret), clock.instant(), by);
    return Optional.of(new Created(mapper.byId(id).orElseThrow().toCredential(), secret));
  }

  private static boolean covers(Scope scope, String server) {
    return server.equals("*") ? scope.everything() : scope.containsServer(server);
  }

  /** As it stands in the database now; empty also when not all of its servers are in scope. */
  public Optional<ServiceCredential> find(Scope scope, String credentialId) {
    return mapper
        .byIdWithin(credentialId, scope.serverLists())
        .map(ServiceCredentialMapper.Row::toCredential);
  }

  /** The newest five hundred of those whose servers are all in scope. */
  public List<ServiceCredential> newest(Scope scope) {
    return mapper.newest(scope.serverLists()).stream()
        .map(ServiceCredentialMapper.Row::toCredential)
        .toList();
  }

  /** Revokes a credential. False when there is none of this id in scope that works. */
  public boolean revoke(Scope scope, String credentialId) {
    boolean revoked = mapper.revoke(scope.serverLists(), credentialId, clock.instant()) == 1;
    known.forget(credentialId);
    return revoked;
  }

  /** Whether it is one that was used here before, and not made up. */
  boolean knows(String credentialId) {
    return known.knows(credentialId);
  }

  /** The game server that has this credential, if the secret is right. */
  Optional<GameServer> recognise(String credentialId, String secret) {
    return holder(known.of(credentialId), secret);
  }

  /** Whether it is one that was used here before; the database is not asked. */
  boolean remembers(String credentialId, String secret) {
    return holder(known.last(credentialId), secret).isPresent();
  }

  private static Optional<GameServer> holder(Optional<Held> known, String secret) {
    return known
        .filter(held -> held.row().revokedAt() == null)
        .filter(held -> MessageDigest.isEqual(held.row().secretHash(), Digests.sha256(secret)))
        .map(Held::server);
  }

  private Optional<Held> read(String id) {
    if (!FORM.matcher(id).matches()) {
      return Optional.empty(); // nothing that was ever made: no reason to ask the database
    }
    Optional<ServiceCredentialMapper.Row> row = mapper.byId(id);
    row.ifPresent(found -> noteUse(found, clock.instant()));
    return row.map(Held::of);
  }

  /** A credential with its holder, whose key is not derived again for every request. */
  private record Held(ServiceCredentialMapper.Row row, GameServer server) {
    static Held of(ServiceCredentialMapper.Row row) {
      return new Held(
          row,
          new GameServer(
              row.credentialId(),
              Set.copyOf(row.serverIdList()),
              RoleEventKey.ofDigest(row.credentialId(), row.secretHash())));
    }
  }

  private void noteUse(ServiceCredentialMapper.Row row, Instant now) {
    Instant last = row.lastUsedAt();
    if (last == null || last.plus(USE_NOTED_EVERY).isBefore(now)) {
      mapper.used(row.credentialId(), now);
    }
  }

  /**
   * A new credential; the only time its secret can be seen. Its text form is redacted.
   *
   * @param secret for HTTP Basic, together with the credential's id
   */
  public record Created(ServiceCredential credential, String secret) {
    @Override
    public String toString() {
      return "Created[" + credential.credentialId() + ", [REDACTED]]";
    }
  }
}
