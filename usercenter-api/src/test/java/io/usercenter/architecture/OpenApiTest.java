package io.usercenter.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.UsercenterApplication;
import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.platform.ErrorCode;
import io.usercenter.platform.Ports;
import io.usercenter.testkit.Backends;
import io.usercenter.token.Jwks;
import io.usercenter.token.Revocation;
import io.usercenter.token.RevocationPage;
import io.usercenter.token.RevocationReason;
import io.usercenter.token.SigningAlgorithm;
import io.usercenter.token.SigningKeyPair;
import io.usercenter.token.WithdrawnKey;
import io.usercenter.token.WithdrawnTicketKey;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
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

  private static final int LONGEST_SUMMARY = 100;

  /** Permissions, error codes and reasons, as descriptions name them. */
  private static final Pattern NAME = Pattern.compile("[A-Z]+(?:_[A-Z]+)+");

  private static final Pattern DANGEROUS_PERMISSION =
      Pattern.compile("^\\| `([A-Z_]+)` \\| [a-z-]+ \\| (?:yes)? ?\\| yes \\|", Pattern.MULTILINE);

  private static JsonNode said = JSON.nullNode();
  private static JsonNode metadata = JSON.nullNode();

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
      said = get(http, application.getBean(Ports.class).internalPort(), "/v3/api-docs");
      metadata =
          get(
              http,
              application.getEnvironment().getRequiredProperty("local.server.port", Integer.class),
              "/.well-known/oauth-authorization-server");
    }
  }

  private static JsonNode get(HttpClient http, int port, String path)
      throws IOException, InterruptedException {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(port, path)))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
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

  @Test
  void everyPageSaysHowManyRowsItMayHave() {
    List<JsonNode> limits =
        endpoints().stream()
            .flatMap(endpoint -> endpoint.operation().path("parameters").values().stream())
            .filter(parameter -> parameter.path("name").stringValue().equals("limit"))
            .map(parameter -> parameter.path("schema"))
            .toList();
    assertThat(limits)
        .isNotEmpty()
        .allSatisfy(
            limit -> {
              assertThat(limit.path("minimum").intValue(0)).isOne();
              assertThat(limit.path("maximum").intValue(0))
                  .isGreaterThanOrEqualTo(limit.path("default").intValue());
            });
  }

  @Test
  void everyMemberHasAType() {
    for (Map.Entry<String, JsonNode> schema : said.at("/components/schemas").properties()) {
      for (Map.Entry<String, JsonNode> member : schema.getValue().path("properties").properties()) {
        assertThat(member.getValue().propertyNames())
            .as("%s of %s", member.getKey(), schema.getKey())
            .containsAnyOf("type", "$ref", "oneOf", "allOf", "anyOf");
      }
    }
  }

  @Test
  void everyOperationSaysInALineWhatItDoes() {
    assertThat(mistakesInSummaries(endpoints())).isEmpty();
  }

  @Test
  void missingAndWrongSummariesAreFound() {
    assertThat(
            mistakesInSummaries(
                List.of(
                    planted("/v1/a", "{'summary':'Do a'}"),
                    planted("/v1/b", "{}"),
                    planted("/v1/c", "{'summary':'Do c.'}"),
                    planted("/v1/d", "{'summary':'Do %s'}".formatted("d".repeat(100))),
                    planted("/v1/e", "{'summary':'Do a'}"))))
        .containsExactly(
            "get /v1/b has no summary",
            "the summary of get /v1/c ends with a full stop",
            "the summary of get /v1/d has 103 characters",
            "get /v1/e has the summary of get /v1/a");
  }

  private static List<String> mistakesInSummaries(List<Endpoint> endpoints) {
    List<String> mistakes = new ArrayList<>();
    Map<String, Endpoint> known = new HashMap<>();
    for (Endpoint endpoint : endpoints) {
      String summary = endpoint.operation().path("summary").asString("").strip();
      if (summary.isEmpty()) {
        mistakes.add(endpoint + " has no summary");
        continue;
      }
      if (summary.length() > LONGEST_SUMMARY) {
        mistakes.add("the summary of %s has %d characters".formatted(endpoint, summary.length()));
      }
      if (summary.endsWith(".")) {
        mistakes.add("the summary of " + endpoint + " ends with a full stop");
      }
      Endpoint other = known.putIfAbsent(summary, endpoint);
      if (other != null) {
        mistakes.add(endpoint + " has the summary of " + other);
      }
    }
    return mistakes;
  }

  /** Text in JSON is what springdoc takes an answer for that was prepared by the handler. */
  @Test
  void noAnswerInJsonIsJustText() {
    assertThat(answersOfText(endpoints())).isEmpty();
  }

  @Test
  void answersOfTextAreFound() {
    String answer = "{'responses':{'%s':{'content':{'application/%s':{'schema':{'type':'%s'}}}}}}";
    assertThat(
            answersOfText(
                List.of(
                    planted("/v1/a", answer.formatted("200", "json", "object")),
                    planted("/v1/b", answer.formatted("201", "json", "string")),
                    planted("/v1/c", answer.formatted("202", "jwk-set+json", "string")),
                    planted("/v1/d", answer.formatted("200", "octet-stream", "string")))))
        .containsExactly("get /v1/b 201", "get /v1/c 202");
  }

  private static List<String> answersOfText(List<Endpoint> endpoints) {
    List<String> found = new ArrayList<>();
    for (Endpoint endpoint : endpoints) {
      endpoint
          .operation()
          .path("responses")
          .properties()
          .forEach(
              response ->
                  response
                      .getValue()
                      .path("content")
                      .properties()
                      .forEach(
                          content -> {
                            if (response.getKey().startsWith("2")
                                && content.getKey().endsWith("json")
                                && content
                                    .getValue()
                                    .at("/schema/type")
                                    .asString("")
                                    .equals("string")) {
                              found.add(endpoint + " " + response.getKey());
                            }
                          }));
    }
    return found;
  }

  /** A permission that nobody has and a code that nobody sends are worse than none. */
  @Test
  void whatDescriptionsNameIsInTheDocuments() throws IOException {
    Set<String> known = new HashSet<>();
    for (String page : List.of("errors.md", "operators.md", "role-sync.md")) {
      known.addAll(names(Files.readString(DOCUMENT.resolveSibling(page))));
    }
    for (Endpoint endpoint : endpoints()) {
      assertThat(known).as("%s", endpoint).containsAll(names(description(endpoint)));
    }
  }

  /** Who builds a tool for operators learns where it has to ask for password and code again. */
  @Test
  void whatIsDangerousSaysSo() throws IOException {
    Set<String> dangerous =
        DANGEROUS_PERMISSION
            .matcher(Files.readString(DOCUMENT.resolveSibling("operators.md")))
            .results()
            .map(row -> row.group(1))
            .collect(Collectors.toSet());
    assertThat(dangerous).contains("ACCOUNT_DELETE", "OPERATOR_WRITE").doesNotContain("BAN_WRITE");
    for (Endpoint endpoint : endpoints()) {
      String description = description(endpoint);
      boolean own = endpoint.path().startsWith("/admin/v1/me");
      assertThat(description.contains("a fresh proof") && !own)
          .as("%s", endpoint)
          .isEqualTo(names(description).stream().anyMatch(dangerous::contains));
    }
  }

  private static String description(Endpoint endpoint) {
    return endpoint.operation().path("description").asString("");
  }

  private static Set<String> names(String text) {
    return NAME.matcher(text).results().map(MatchResult::group).collect(Collectors.toSet());
  }

  /** The schemas of answers that are written without the records which stand for them here. */
  @Test
  void whatIsWrittenByHandFitsItsSchema() {
    UserId user = new UserId(577_000_000_000_000_023L);
    Instant at = Instant.parse("2026-11-21T08:00:00.123Z");
    RevocationPage page =
        new RevocationPage(
            "g1.1763712000000-5",
            true,
            false,
            List.of(
                Revocation.ofSession("1-0", user, 42, RevocationReason.KICKED, at),
                Revocation.ofEpoch("1-1", user, 3, RevocationReason.BANNED, at),
                new WithdrawnKey("1-3", "k1", at),
                new WithdrawnTicketKey("1-4", "s1", 260, at)),
            Set.of(new Shard(31)));
    assertThat(misfits(page.toJson(), "/server/v1/revocations")).isEmpty();
    for (SigningAlgorithm algorithm : SigningAlgorithm.values()) {
      SigningKeyPair pair = SigningKeyPair.generate(algorithm, new SecureRandom());
      Jwks keys = Jwks.of(List.of(pair.verificationKey()));
      assertThat(misfits(keys.toJson(), "/.well-known/jwks.json")).isEmpty();
    }
    String where = "/.well-known/oauth-authorization-server";
    assertThat(misfits(metadata.toString(), where)).isEmpty();
  }

  @Test
  void whatDoesNotFitItsSchemaIsFound() {
    String path = "/server/v1/revocations";
    assertThat(misfits("{'next':'1','reset':true,'revocations':[]}", path))
        .containsExactly(" has no more");
    assertThat(
            misfits(
                "{'next':1,'reset':true,'more':true,'revocations':[{'seq':'1','reason':'KICKED',"
                    + "'at':'2026-11-21T08:00:00Z','sub':'1'}]}",
                path))
        .containsExactly("/next is no string", "/revocations[] has sub");
  }

  private static List<String> misfits(String answer, String path) {
    Endpoint endpoint =
        endpoints().stream().filter(e -> e.path().equals(path)).findFirst().orElseThrow();
    List<String> misfits = new ArrayList<>();
    collectMisfits(
        json(answer),
        endpoint.operation().at("/responses/200/content/application~1json/schema"),
        "",
        misfits);
    return misfits;
  }

  private static void collectMisfits(
      JsonNode value, JsonNode schema, String where, List<String> misfits) {
    String reference = schema.path("$ref").asString("");
    if (!reference.isEmpty()) {
      collectMisfits(value, said.at(reference.substring(1)), where, misfits);
      return;
    }
    String type = schema.path("type").asString("");
    boolean fits =
        switch (type) {
          case "object" -> value.isObject();
          case "array" -> value.isArray();
          case "string" -> value.isString();
          case "integer" -> value.isIntegralNumber();
          case "boolean" -> value.isBoolean();
          default -> false;
        };
    if (!fits) {
      misfits.add(where + " is no " + type);
      return;
    }
    if (schema.has("enum") && schema.path("enum").values().stream().noneMatch(value::equals)) {
      misfits.add(where + " is none of " + schema.path("enum"));
    }
    if (value.isArray()) {
      value.forEach(item -> collectMisfits(item, schema.path("items"), where + "[]", misfits));
    }
    value
        .properties()
        .forEach(
            member -> {
              if (schema.path("properties").has(member.getKey())) {
                collectMisfits(
                    member.getValue(),
                    schema.path("properties").path(member.getKey()),
                    where + "/" + member.getKey(),
                    misfits);
              } else {
                misfits.add(where + " has " + member.getKey());
              }
            });
    schema
        .path("required")
        .forEach(
            name -> {
              if (!value.has(name.stringValue())) {
                misfits.add(where + " has no " + name.stringValue());
              }
            });
  }

  private static Endpoint planted(String path, String operation) {
    return new Endpoint(path, "get", json(operation));
  }

  /** Quotes may be single ones, where there are none in the text. */
  private static JsonNode json(String text) {
    return JSON.readTree(text.contains("\"") ? text : text.replace('\'', '"'));
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
