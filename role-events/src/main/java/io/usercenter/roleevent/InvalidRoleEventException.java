package io.usercenter.roleevent;

/** A role event, or a part of one, breaks a rule. The message names the field and the rule. */
public final class InvalidRoleEventException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String field;
  private final String problem;

  InvalidRoleEventException(String field, String problem) {
    super(field + " " + problem);
    this.field = field;
    this.problem = problem;
  }

  /** The rule, without the field. */
  String problem() {
    return problem;
  }

  /** Which field, as a path in the event: {@code role.level}. */
  public String field() {
    return field;
  }
}
