package io.usercenter.it;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** What tests are held to {@code docs/openapi.json} with does find what is not as promised. */
class ContractTest {
  private static final String JSON = "application/json";
  private static final String NAME = "/v1/accounts:checkName";

  @Test
  void anAnswerAsPromisedPasses() {
    assertThatCode(
            () -> {
              check(NAME, 200, JSON, "{\"username\":\"ada\",\"available\":true}");
              check(NAME + "?x=1", 200, JSON, "{\"username\":\"ada\",\"available\":false}");
              check(NAME, 429, "application/problem+json", problem("\"shard\":\"07\""));
              check("/actuator/health", 418, "text/plain", "not of the contract");
            })
        .doesNotThrowAnyException();
  }

  @Test
  void whatWasNotPromisedIsFound() {
    refuse(200, JSON, "{\"username\":\"ada\"}", "available");
    refuse(200, JSON, "{\"username\":\"ada\",\"available\":\"yes\"}", "boolean");
    refuse(200, JSON, "{\"username\":\"ada\",\"available\":true,\"since\":1}", "since");
    refuse(202, JSON, "{\"username\":\"ada\",\"available\":true}", "202 is in docs/openapi.json");
    refuse(200, "text/html", "<p>", "text/html is one of");
    refuse(404, "application/problem+json", "{\"type\":\"urn:x\"}", "title");
    assertThatThrownBy(() -> Contract.check("DELETE", "/v1/sessions/current", 204, "", "bye"))
        .hasMessageContaining("has no body");
  }

  private static String problem(String more) {
    return "{\"type\":\"urn:x\",\"title\":\"x\",\"status\":429,\"code\":\"RATE_LIMITED\",%s}"
        .formatted(more);
  }

  private static void check(String path, int status, String type, String body) {
    Contract.check("GET", path, status, type, body);
  }

  private static void refuse(int status, String type, String body, String because) {
    assertThatThrownBy(() -> check(NAME, status, type, body))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining(because);
  }
}
