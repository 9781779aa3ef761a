package io.usercenter.it;

import io.usercenter.id.UserId;
import io.usercenter.roleevent.RoleChecksum;
import io.usercenter.roleevent.RoleId;
import io.usercenter.roleevent.RoleVersion;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A page of one character, as its game server reconciles it, with repairs. */
final class ReconciledPage {
  private static final String PATH = "/server/v1/roles:reconcile";

  private final Client server;
  private final Map<String, Object> page;
  private final Map<String, Object> character;
  private final String checksum;

  /** Begins to reconcile. */
  ReconciledPage(Client server, String serverId, UserId user, String roleId, int revision) {
    this.server = server;
    String mark = server.post(PATH, Map.of("serverId", serverId)).expect(200).text("/mark");
    this.page =
        Map.of(
            "serverId", serverId, "mark", mark, "shard", user.shard().toString(), "repair", true);
    this.character =
        Map.of(
            "userId",
            user.toString(),
            "roleId",
            roleId,
            "revision",
            revision,
            "lastLoginAt",
            "2026-11-01T08:00:00Z",
            "role",
            Map.of("name", "Ayla", "level", 31));
    RoleChecksum sum = new RoleChecksum();
    sum.add(user, new RoleId(roleId), RoleVersion.of(revision));
    this.checksum = sum.hex();
  }

  /** Sends how many there are and their checksum. */
  Answer summary() {
    return send(Map.of("count", 1, "checksum", checksum));
  }

  /** Whether the copy agrees with that. */
  boolean matches() {
    return summary().expect(200).json().at("/match").booleanValue();
  }

  /** Sends the character. */
  Answer whole() {
    return send(Map.of("roles", List.of(character)));
  }

  /** The same, as of another shard. */
  Answer wholeOf(String shard) {
    return send(Map.of("shard", shard, "roles", List.of(character)));
  }

  private Answer send(Map<String, Object> more) {
    Map<String, Object> body = new HashMap<>(page);
    body.putAll(more);
    return server.post(PATH, body);
  }
}
