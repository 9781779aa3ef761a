package io.usercenter.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.UsercenterApplication;
import io.usercenter.platform.ErrorCode;
import io.usercenter.platform.Ports;
import io.usercenter.testkit.Backends;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code docs/openapi.json} is what a running instance says at {@code /v3/api-docs}, and that is
 * what clients need to know. With {@code -Dupdate.openapi=true} the document is rewritten.
 */
class OpenApiTest {
  private static final Path DOCUMENT = Path.of(System.getProperty("uc.root"), "docs/openapi.json");
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .build();

  private static JsonNode said = JSON.nullNode();

  @BeforeAll
  static void ask() throws IOException, InterruptedException {
    try (ConfigurableApplicationContext application =
            new SpringApplicationBuilder(UsercenterApplication.class)
                .run(
                    "--server.port=0",
                    "--usercenter.http.internal-port=0",
                    "--usercenter.database.instances=" + Backends.mysql().address(),
                    "--usercenter.database.user=root",
                    "--usercenter.database.migrate=true",
                    "--usercenter.database.warm-up=0s",
                    "--usercenter.redis.url=" + Backends.redis().url(),
                    "--usercenter.master-key.value=MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
                    "--logging.structured.format.console=");
        HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(
                      URI.create(
                          "http://127.0.0.1:%d/v3/api-docs"
                              .formatted(application.getBean(Ports.class).internalPort())))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      said = JSON.readTree(answer.body());
    }
  }

  @Test
  void theDocumentIsWhatTheServiceSays() throws IOException {
    // By way of a map, whose keys are written in order.
    String text = JSON.writeValueAsString(JSON.treeToValue(said, Object.class)) + "\n";
    if (Boolean.getBoolean("update.openapi")) {
      Files.writeString(DOCUMENT, text);
    }
    assertThat(text)
        .as(
            "docs/openapi.json; run this test with -Dupdate.openapi=true and look at the"
                + " difference")
        .isEqualTo(Files.readString(DOCUMENT));
  }

  @Test
  void itIsOpenApi31WithServersThatDoNotDependOnTheRun() {
    assertThat(said.at("/openapi").stringValue()).startsWith("3.1");
    assertThat(said.at("/servers").findValuesAsString("url"))
        .containsExactly("http://127.0.0.1:8080", "http://127.0.0.1:8081");
  }

  @Test
  void callersAreNoParameters() {
    for (Endpoint endpoint : endpoints()) {
      for (JsonNode parameter : endpoint.operation().path("parameters")) {
        if (parameter.at("/schema/type").asString("").equals("string")) {
          continue; // asked for on purpose: the name or the id of another operator
        }
        assertThat(parameter.path("name").stringValue())
            .as("%s", endpoint)
            .isNotIn("player", "server", "operator", "request", "operatorId", "credentialIds");
      }
    }
  }

  @Test
  void everySurfaceHasItsTagAndItsCredentials() {
    assertThat(endpoints())
        .isNotEmpty()
        .allSatisfy(
            endpoint -> {
              JsonNode operation = endpoint.operation();
              assertThat(operation.at("/tags/0").stringValue())
                  .isEqualTo(
                      endpoint.path().startsWith("/v1/")
                          ? "Game clients"
                          : endpoint.path().startsWith("/server/v1/")
                              ? "Game servers"
                              : endpoint.path().startsWith("/admin/v1/")
                                  ? "Operators"
                                  : "Everybody");
              assertThat(operation.has("security")).as("%s", endpoint).isTrue();
            });
  }

  @Test
  void onlyWhatIsOpenNeedsNoCredentials() {
    assertThat(endpoints().stream().filter(e -> e.operation().path("security").isEmpty()))
        .extracting(Endpoint::toString)
        .containsExactlyInAnyOrder(
            "post /v1/accounts",
            "post /v1/accounts:restore",
            "post /v1/sessions",
            "post /v1/sessions:refresh",
            "post /v1/codes",
            "post /v1/password-resets",
            "get /v1/accounts:checkName",
            "post /admin/v1/sessions",
            "post /v1/tokens:revoke",
            "get /.well-known/oauth-authorization-server",
            "get /.well-known/jwks.json");
  }

  @Test
  void everyEndpointCanAnswerWithAProblem() {
    assertThat(endpoints())
        .allSatisfy(
            endpoint ->
                assertThat(endpoint.operation().at("/responses/default/$ref").stringValue())
                    .isEqualTo("#/components/responses/Problem"));
    assertThat(
            said.at("/components/responses/Problem/content/application~1problem+json").isObject())
        .isTrue();
    assertThat(
            said.at("/components/schemas/Problem/properties/code/enum").values().stream()
                .map(JsonNode::stringValue))
        .containsExactlyElementsOf(Arrays.stream(ErrorCode.values()).map(Enum::name).toList());
  }

  /** What may have to wait for another operator says so, and nothing else does. */
  @Test
  void whatMayWaitForAnotherOperatorIsDeclared() {
    List<String> waiting = new ArrayList<>();
    for (Endpoint endpoint : endpoints()) {
      JsonNode answer = endpoint.operation().at("/responses/202/content/application~1json/schema");
      String schema = answer.path("$ref").asString("").replaceFirst("#/components", "/components");
      if (!schema.isEmpty() && said.at(schema + "/properties").has("approvalId")) {
        waiting.add(endpoint.toString());
      }
    }
    assertThat(waiting)
        .containsExactlyInAnyOrder(
            "post /admin/v1/operators",
            "patch /admin/v1/operators/{operatorId}",
            "post /admin/v1/bans:batch",
            "post /admin/v1/accounts/{userId}:export");
  }

  @Test
  void idsAreStrings() {
    List<String> wrong = new ArrayList<>();
    said.at("/components/schemas")
        .properties()
        .forEach(
            schema ->
                schema
                    .getValue()
                    .path("properties")
                    .properties()
                    .forEach(
                        property -> {
                          if (property.getKey().matches(".*Id|sid|sub")
                              && !property.getValue().path("type").asString("").equals("string")) {
                            wrong.add(schema.getKey() + "." + property.getKey());
                          }
                        }));
    for (Endpoint endpoint : endpoints()) {
      for (JsonNode parameter : endpoint.operation().path("parameters")) {
        if (!parameter.at("/schema/type").asString("").equals("string")
            && parameter.path("name").stringValue().endsWith("Id")) {
          wrong.add(endpoint + " " + parameter);
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void secretsAreTexts() {
    assertThat(said.at("/components/schemas").has("Secret")).isFalse();
  }

  private static List<Endpoint> endpoints() {
    List<Endpoint> endpoints = new ArrayList<>();
    said.path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .properties()
                    .forEach(
                        method ->
                            endpoints.add(
                                new Endpoint(path.getKey(), method.getKey(), method.getValue()))));
    return endpoints;
  }

  private record Endpoint(String path, String method, JsonNode operation) {
    @Override
    public String toString() {
      return method + " " + path;
    }
  }
}
