package io.usercenter.admin;

import io.usercenter.scope.Extent;
import java.util.Collection;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a request asks for as the audit has it: {@code servers: s1, s2; channels: ALL}. */
final class InWords {
  private final StringJoiner parts = new StringJoiner("; ");

  /** Nothing for what is absent. */
  InWords with(String name, @Nullable Object value) {
    if (value != null) {
      parts.add(name + ": " + value);
    }
    return this;
  }

  /** Nothing for what is absent. */
  InWords with(String name, @Nullable Collection<?> values) {
    if (values == null || values.isEmpty()) {
      return with(name, values == null ? null : "none");
    }
    return with(name, values.stream().map(String::valueOf).collect(Collectors.joining(", ")));
  }

  InWords with(String name, Extent extent) {
    return with(name, extent.all() ? List.of(Reach.ALL) : extent.ids());
  }

  String text() {
    return parts.toString();
  }
}
