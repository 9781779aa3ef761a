package io.usercenter.admin;

import io.usercenter.platform.ApiException;
import io.usercenter.platform.ErrorCode;

/** What several endpoints for operators are asked with. */
final class Arguments {
  private Arguments() {}

  /** An id in a path; what is no number is the id of nothing. */
  static long id(String text) {
    if (!text.matches("[0-9]{1,18}")) {
      throw new ApiException(ErrorCode.NOT_FOUND, "nothing has this id");
    }
    return Long.parseLong(text);
  }

  /** How many rows a page may have. */
  static void requireLimit(int limit, int most) {
    if (limit < 1 || limit > most) {
      throw ApiException.invalid("limit", "must be 1 to " + most);
    }
  }
}
