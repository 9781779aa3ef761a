package io.usercenter.admin;

/** What an operator may do; each role may do what the ones before it may. */
enum OperatorRole {
  /** Look things up. */
  VIEWER,
  /** Ban, lift, log players out, delete and restore accounts. */
  OPERATOR,
  /** Make operators and service credentials. */
  ADMIN;

  boolean mayActAs(OperatorRole needed) {
    return compareTo(needed) >= 0;
  }
}
