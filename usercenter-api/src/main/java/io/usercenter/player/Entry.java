package io.usercenter.player;

/** What somebody wants who shows who he is. */
enum Entry {
  LOGIN("POST /v1/sessions"),
  /** Also takes back the wish to delete the account. */
  RESTORE("POST /v1/accounts:restore");

  private final String request;

  Entry(String request) {
    this.request = request;
  }

  /** What idempotency keys are for. */
  String request() {
    return request;
  }
}
