package io.usercenter.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** What came back. */
record Answer(String request, HttpResponse<String> response) {
  int status() {
    return response.statusCode();
  }

  String body() {
    return response.body();
  }

  JsonNode json() {
    return body().isBlank() ? MissingNode.getInstance() : Client.JSON.readTree(body());
  }

  /** The value at a JSON pointer, as text; fails when it is not a string. */
  String text(String pointer) {
    JsonNode node = json().at(pointer);
    assertThat(node.isString()).as("%s: %s is a string in %s", request, pointer, body()).isTrue();
    return node.stringValue();
  }

  String header(String name) {
    return response.headers().firstValue(name).orElse("");
  }

  Answer expect(int status) {
    assertThat(status()).as("%s: %s", request, body()).isEqualTo(status);
    return this;
  }

  /** A problem document with this status and code, RFC 9457 members and a trace id included. */
  Answer expectProblem(int status, String code) {
    expect(status);
    assertThat(header("Content-Type")).startsWith("application/problem+json");
    assertThat(text("/code")).as(body()).isEqualTo(code);
    assertThat(text("/type")).isEqualTo("urn:usercenter:error:" + code);
    assertThat(text("/title")).isNotBlank();
    assertThat(text("/detail")).isNotBlank();
    assertThat(json().at("/status").intValue()).isEqualTo(status);
    assertThat(text("/traceId")).matches("[0-9a-f]{32}").isEqualTo(header("X-Trace-Id"));
    return this;
  }

  /** How many shards the request touched, as the service says. */
  int shards() {
    return serverTiming("shards");
  }

  int statements() {
    return serverTiming("statements");
  }

  private int serverTiming(String name) {
    var matcher =
        java.util.regex.Pattern.compile(name + ";desc=\"(\\d+)\"").matcher(header("Server-Timing"));
    assertThat(matcher.find()).as("%s: Server-Timing has %s", request, name).isTrue();
    return Integer.parseInt(matcher.group(1));
  }

  /** What the page after this one of a list is asked for with; empty for the last one. */
  String after() {
    return json().at("/next").isString() ? "&after=" + text("/next") : "";
  }
}
