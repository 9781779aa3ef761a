package io.usercenter.load;

/** What players and game servers ask for. */
enum Kind {
  REGISTER("registrations"),
  LOGIN("logins"),
  REFRESH("refreshes"),
  CHECK("checks");

  private final String title;

  Kind(String title) {
    this.title = title;
  }

  /** As in the table. */
  String title() {
    return title;
  }
}
