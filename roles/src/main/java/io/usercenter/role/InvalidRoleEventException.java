package io.usercenter.role;

/** A role event, or a part of one, breaks a rule. The message names the field and the rule. */
public final class InvalidRoleEventException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String field;

  InvalidRoleEventException(String field, String problem) {
    super(field + " " + problem);
    this.field = field;
  }

  /** Which field, as a path in the event: {@code role.level}. */
  public String field() {
    return field;
  }
}
