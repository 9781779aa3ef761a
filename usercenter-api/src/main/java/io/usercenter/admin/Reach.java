package io.usercenter.admin;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.usercenter.platform.ApiException;
import io.usercenter.platform.ErrorCode;
import io.usercenter.scope.Extent;
import java.util.List;
import java.util.Map;

/** How far a grant reaches on one side, as JSON: {@code "ALL"}, or which ones. */
final class Reach {
  static final String ALL = "ALL";

  private Reach() {}

  /** {@code "ALL"} or a list. */
  record Ids(Extent extent) {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static Ids of(Object json) {
      return new Ids(ALL.equals(json) ? Extent.ALL : Extent.of(texts(json)));
    }

    @JsonValue
    Object json() {
      return Reach.json(extent);
    }
  }

  /**
   * {@code "ALL"} or servers and groups of servers.
   *
   * @param serverGroupIds none when {@code all}
   */
  record Servers(Extent extent, List<Long> serverGroupIds) {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static Servers of(Object json) {
      if (ALL.equals(json)) {
        return new Servers(Extent.ALL, List.of());
      }
      if (!(json instanceof Map<?, ?> lists)) {
        throw notUnderstood();
      }
      List<String> groups =
          lists.get("serverGroupIds") == null ? List.of() : texts(lists.get("serverGroupIds"));
      if (!groups.stream().allMatch(id -> id.matches("[0-9]{1,18}"))) {
        throw notUnderstood();
      }
      return new Servers(
          Extent.of(lists.get("serverIds") == null ? List.of() : texts(lists.get("serverIds"))),
          groups.stream().map(Long::valueOf).toList());
    }

    @JsonValue
    Object json() {
      return extent.all()
          ? ALL
          : new ServerLists(extent.ids(), serverGroupIds.stream().map(String::valueOf).toList());
    }
  }

  /** Some servers. */
  record ServerLists(List<String> serverIds, List<String> serverGroupIds) {}

  /** {@code "ALL"} or a list. */
  static Object json(Extent extent) {
    return extent.all() ? ALL : extent.ids();
  }

  private static List<String> texts(Object json) {
    if (json instanceof List<?> list && list.size() <= 1_000) {
      return list.stream()
          .map(
              one -> {
                if (one instanceof String text && text.length() <= 64) {
                  return text;
                }
                throw notUnderstood();
              })
          .toList();
    }
    throw notUnderstood();
  }

  private static ApiException notUnderstood() {
    return new ApiException(
        ErrorCode.VALIDATION_FAILED, "servers and channels are \"ALL\", or lists of at most 1000");
  }
}
