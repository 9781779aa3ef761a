package io.usercenter.roleevent;

/** What reading an event's JSON gave. */
public sealed interface ParsedRoleEvent {
  /** An event that keeps every rule. */
  record Valid(RoleEvent event) implements ParsedRoleEvent {}

  /**
   * No event.
   *
   * @param field path of the field at fault, {@code role.level}; empty when the text is no JSON
   *     object
   * @param message names the field and the rule; quotes nothing but numbers and positions
   */
  record Refused(String field, String message) implements ParsedRoleEvent {}
}
