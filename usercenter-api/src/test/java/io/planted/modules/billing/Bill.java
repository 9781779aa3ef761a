package io.planted.modules.billing;

import io.planted.modules.mailing.Letter;

/** Uses a module that it did not declare. */
public final class Bill {
  /** Makes one. */
  public Letter letter() {
    return new Letter("a bill");
  }
}
