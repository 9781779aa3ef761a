package io.usercenter.cli.demo;

import java.util.Locale;
import java.util.Objects;
import tools.jackson.databind.JsonNode;

/**
 * Compares what one player saw with what was expected. What differs goes to the findings; only what
 * the story cannot go on without ends it.
 */
final class Checks {
  private final Findings findings;
  private final String who;

  /**
   * @param who stands before each finding
   */
  Checks(Findings findings, String who) {
    this.findings = findings;
    this.who = who;
  }

  /** The rest of this player's story cannot be told; why is among the findings. */
  static final class StoryEndsException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  void found(String what) {
    findings.add(who, what);
  }

  void that(boolean expected, String otherwise) {
    if (!expected) {
      found(otherwise);
    }
  }

  /** Ends the story unless the answer has this status, and is JSON where it says something. */
  void answered(Answer answer, int status) {
    if (answer.status() != status) {
      found("%s, expected %d".formatted(answer, status));
      throw new StoryEndsException();
    }
    if (status == 204) {
      that(answer.body().isMissingNode(), answer + " came with a body");
    } else if (!isJson(answer.contentType(), "application/json")) {
      found("%s is '%s', expected application/json".formatted(answer, answer.contentType()));
      throw new StoryEndsException();
    }
  }

  /** A refusal is a problem document (RFC 9457) with a code of ours and a trace id. */
  boolean refused(Answer answer, int status, String code) {
    if (answer.status() != status || !answer.code().equals(code)) {
      found("%s, expected %d %s".formatted(answer, status, code));
      return false;
    }
    that(
        isJson(answer.contentType(), "application/problem+json"),
        "%s is '%s', expected application/problem+json".formatted(answer, answer.contentType()));
    for (String member : new String[] {"/type", "/title", "/traceId"}) {
      that(answer.body().at(member).isString(), "%s has no %s".formatted(answer, member));
    }
    return true;
  }

  private static boolean isJson(String contentType, String expected) {
    return contentType.equals(expected) || contentType.startsWith(expected + ";");
  }

  /** The text at this place; ends the story when there is none, or it is no JSON string. */
  String text(Answer answer, String pointer) {
    JsonNode node = answer.body().at(pointer);
    if (!node.isString()) {
      found(
          "%s: %s is %s, expected a string"
              .formatted(answer, pointer, node.getNodeType().name().toLowerCase(Locale.ROOT)));
      throw new StoryEndsException();
    }
    return node.stringValue();
  }

  /** Whether the text at this place is the expected one. */
  void same(Answer answer, String pointer, String expected) {
    same(answer.toString(), answer.body(), pointer, expected);
  }

  /** Whether the text at this place in a part of an answer is the expected one. */
  void same(String where, JsonNode part, String pointer, String expected) {
    JsonNode node = part.at(pointer);
    if (!node.isString() || !node.stringValue().equals(expected)) {
      found("%s: %s is %s, expected \"%s\"".formatted(where, pointer, shown(node), expected));
    }
  }

  void same(String what, Object actual, Object expected) {
    that(
        Objects.equals(actual, expected),
        "%s is %s, expected %s".formatted(what, actual, expected));
  }

  private static String shown(JsonNode node) {
    return node.isMissingNode() ? "missing" : node.toString();
  }
}
