package io.usercenter.admin;

import io.usercenter.scope.Cell;
import io.usercenter.scope.Scope;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What an operator may do, and where. */
final class Rights {
  private static final Rights ALL = new Rights(everywhere());

  private final Map<Permission, Scope> scopes;

  private Rights(Map<Permission, Scope> scopes) {
    this.scopes = scopes;
  }

  /** Of a super admin. */
  static Rights all() {
    return ALL;
  }

  /** The union of these grants. */
  static Rights of(List<Grant> grants) {
    Map<Permission, List<Cell>> cells = new EnumMap<>(Permission.class);
    for (Grant grant : grants) {
      for (Permission permission : grant.permissions()) {
        cells.computeIfAbsent(permission, _ -> new ArrayList<>()).add(grant.cell());
      }
    }
    Map<Permission, Scope> scopes = new EnumMap<>(Permission.class);
    cells.forEach(
        (permission, some) ->
            scopes.put(permission, permission.scoped() ? Scope.of(some) : Scope.EVERYTHING));
    return new Rights(scopes);
  }

  private static Map<Permission, Scope> everywhere() {
    Map<Permission, Scope> scopes = new EnumMap<>(Permission.class);
    for (Permission permission : Permission.values()) {
      scopes.put(permission, Scope.EVERYTHING);
    }
    return scopes;
  }

  /** Where he has it; nowhere if he lacks it, everywhere if its grants' servers do not matter. */
  Scope scope(Permission permission) {
    return scopes.getOrDefault(permission, Scope.NOTHING);
  }

  /** The different ones of the permissions for which servers and channels matter. */
  Set<Scope> scopes() {
    Set<Scope> some = new HashSet<>();
    scopes.forEach(
        (permission, scope) -> {
          if (permission.scoped()) {
            some.add(scope);
          }
        });
    return some;
  }

  /** Those he has somewhere. */
  Set<Permission> permissions() {
    Set<Permission> some = new TreeSet<>();
    scopes.forEach(
        (permission, scope) -> {
          if (!scope.nothing()) {
            some.add(permission);
          }
        });
    return some;
  }
}
