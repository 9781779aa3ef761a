package io.usercenter.rolesync;

import io.usercenter.role.RoleOutcome.Rejection;
import io.usercenter.roleevent.RoleEvent;
import io.usercenter.roleevent.RoleEventKey;
import io.usercenter.shard.Beliefs;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Who really sent an entry, and whether he may speak for its game server. A revoked credential is
 * refused within ten seconds; while the admin database is away, known ones go on for ten minutes.
 */
final class Signatures {
  private static final Pattern FORM = Pattern.compile("gs_[A-Za-z0-9_-]{12}");
  private static final String CREDENTIAL =
      "SELECT secret_hash, server_ids, revoked_at FROM service_credential WHERE credential_id = ?";

  private final DataSource admin;
  private final boolean unsignedAreGood;
  private final Beliefs<Credential, SQLException> known;

  /**
   * @param unsignedAreGood whether entries without a signature are believed, while senders that do
   *     not sign are still in use
   */
  Signatures(DataSource admin, InstantSource clock, boolean unsignedAreGood) {
    this.admin = admin;
    this.known = new Beliefs<>(this::read, SQLException.class, clock);
    this.unsignedAreGood = unsignedAreGood;
  }

  private record Credential(RoleEventKey key, Set<String> serverIds, boolean revoked) {
    boolean speaksFor(String serverId) {
      return serverIds.contains("*") || serverIds.contains(serverId);
    }
  }

  /** Why an entry is refused. */
  record Refusal(Rejection reason, String detail) {}

  /**
   * Judges an entry.
   *
   * @return null when it is genuine
   * @throws SQLException it cannot be judged: the credential is not known, and the admin database
   *     is away
   */
  @Nullable Refusal judge(StreamEntry entry, RoleEvent event) throws SQLException {
    if (entry.signature().isEmpty()) {
      return unsignedAreGood ? null : new Refusal(Rejection.FORGED, "it is not signed");
    }
    Credential credential = credential(entry.credentialId());
    if (credential == null) {
      return new Refusal(Rejection.FORGED, "no credential has the id it names");
    }
    if (!credential.key().signed(entry.text(), entry.signature())) {
      return new Refusal(
          Rejection.FORGED, "the signature is not that of " + credential.key().credentialId());
    }
    if (credential.revoked()) {
      return new Refusal(
          Rejection.NOT_GRANTED, credential.key().credentialId() + " has been revoked");
    }
    if (!credential.speaksFor(event.serverId().value())) {
      return new Refusal(
          Rejection.NOT_GRANTED,
          "%s does not speak for server %s"
              .formatted(credential.key().credentialId(), event.serverId()));
    }
    return null;
  }

  private @Nullable Credential credential(String id) throws SQLException {
    if (!FORM.matcher(id).matches()) {
      return null; // nothing that was ever made: no reason to ask the database
    }
    return known.of(id).orElse(null);
  }

  private Optional<Credential> read(String id) throws SQLException {
    try (Connection connection = admin.getConnection();
        PreparedStatement select = connection.prepareStatement(CREDENTIAL)) {
      select.setString(1, id);
      try (ResultSet result = select.executeQuery()) {
        return result.next()
            ? Optional.of(
                new Credential(
                    RoleEventKey.ofDigest(id, result.getBytes("secret_hash")),
                    Set.of(result.getString("server_ids").split(",", -1)),
                    result.getObject("revoked_at") != null))
            : Optional.empty();
      }
    }
  }
}
