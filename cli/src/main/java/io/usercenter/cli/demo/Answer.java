package io.usercenter.cli.demo;

import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * An HTTP answer. Its text form holds nothing secret.
 *
 * @param request method and path, for messages
 * @param contentType empty when there was none
 * @param body a missing node when it was empty or no JSON
 * @param receivedNanos of {@link System#nanoTime()}
 */
record Answer(
    String request,
    int status,
    String contentType,
    JsonNode body,
    Optional<Cost> cost,
    long receivedNanos) {

  /** The code of a problem document; empty when this is none. */
  String code() {
    return body.path("code").asString("");
  }

  @Override
  public String toString() {
    String said = "%s -> %d".formatted(request, status);
    if (status < 400) {
      return said;
    }
    return said
        + " "
        + (code().isEmpty() ? "(no problem document)" : code())
        + body.path("detail").asStringOpt().map(detail -> ", " + detail).orElse("")
        + body.path("errors").asStringOpt().map(errors -> ", " + errors).orElse("")
        + body.path("traceId").asStringOpt().map(trace -> ", traceId " + trace).orElse("");
  }
}
