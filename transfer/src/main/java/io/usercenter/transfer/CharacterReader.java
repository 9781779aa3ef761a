package io.usercenter.transfer;

import io.usercenter.role.LegacyRole;
import io.usercenter.roleevent.InvalidRoleEventException;
import io.usercenter.roleevent.RoleEvents;
import io.usercenter.roleevent.RoleId;
import io.usercenter.roleevent.ServerId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads the characters of an account; their rules are those of role events. */
final class CharacterReader {
  /** Most characters of an account. */
  static final int MOST = 100;

  private static final String SERVER_ID = "serverId";
  private static final String ROLE_ID = "roleId";
  private static final String CREATED_AT = "createdAt";
  private static final String LAST_LOGIN_AT = "lastLoginAt";
  private static final Set<String> KNOWN =
      Set.of(
          SERVER_ID,
          ROLE_ID,
          "name",
          "level",
          "job",
          "power",
          "channel",
          CREATED_AT,
          LAST_LOGIN_AT);

  private final LegacyTimes times;

  CharacterReader(LegacyTimes times) {
    this.times = times;
  }

  /** Which character on which server. */
  private record Place(ServerId serverId, RoleId roleId) {}

  /**
   * Reads all of an account.
   *
   * @throws RefusedLineException {@link RejectCode#ROLE_INVALID}; says which one and what is wrong,
   *     and quotes nothing of it
   */
  List<LegacyRole> read(JsonNode roles) throws RefusedLineException {
    if (!roles.isArray()) {
      throw refused("roles must be a JSON array of objects");
    }
    if (roles.size() > MOST) {
      throw refused("roles has %d characters, more than %d".formatted(roles.size(), MOST));
    }
    List<LegacyRole> read = new ArrayList<>(roles.size());
    Map<Place, Integer> places = new HashMap<>();
    for (int i = 0; i < roles.size(); i++) {
      try {
        LegacyRole role = character(roles.get(i));
        Integer before = places.putIfAbsent(new Place(role.serverId(), role.roleId()), i);
        if (before != null) {
          throw refused("is the same character as roles[%d]".formatted(before));
        }
        read.add(role);
      } catch (InvalidRoleEventException | RefusedLineException e) {
        throw refused("roles[%d]: %s".formatted(i, e.getMessage()));
      }
    }
    return read;
  }

  private LegacyRole character(JsonNode role) throws RefusedLineException {
    if (!(role instanceof ObjectNode fields)) {
      throw refused("must be a JSON object");
    }
    if (!KNOWN.containsAll(role.propertyNames())) {
      throw refused("a field is none of " + KNOWN.stream().sorted().toList());
    }
    ServerId serverId = new ServerId(text(role, SERVER_ID));
    RoleId roleId = new RoleId(text(role, ROLE_ID));
    @Nullable Instant createdAt = time(role, CREATED_AT);
    @Nullable Instant lastLoginAt = time(role, LAST_LOGIN_AT);
    // What a picture does not know it keeps for later versions; these have their own places.
    fields.remove(List.of(SERVER_ID, ROLE_ID, CREATED_AT, LAST_LOGIN_AT));
    return new LegacyRole(serverId, roleId, RoleEvents.picture(fields), createdAt, lastLoginAt);
  }

  private @Nullable Instant time(JsonNode role, String name) throws RefusedLineException {
    return role.hasNonNull(name) ? times.read(name, text(role, name)) : null;
  }

  private static String text(JsonNode role, String name) throws RefusedLineException {
    JsonNode value = role.path(name);
    if (!value.isString()) {
      throw refused(
          name
              + (value.isMissingNode() || value.isNull()
                  ? " is missing"
                  : " must be a JSON string"));
    }
    return value.stringValue();
  }

  private static RefusedLineException refused(String why) {
    return new RefusedLineException(RejectCode.ROLE_INVALID, why);
  }
}
