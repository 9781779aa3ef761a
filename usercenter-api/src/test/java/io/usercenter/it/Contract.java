package io.usercenter.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.net.http.HttpResponse;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What {@code docs/openapi.json} promises of answers. Every answer that a test gets is compared:
 * its status, whether it has a body, and each member, of which none may be missing or unheard of.
 */
final class Contract {
  private static final SchemaRegistry REGISTRY =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
  private static final List<Promise> PROMISES =
      Endpoint.all().stream()
          .map(Promise::of)
          .sorted(Comparator.comparingInt(Promise::parameters))
          .toList();
  private static final Map<String, Schema> SCHEMAS = new ConcurrentHashMap<>();

  private Contract() {}

  /**
   * @param path that it has, whatever its parameters
   */
  private record Promise(Endpoint endpoint, Pattern path) {
    static Promise of(Endpoint endpoint) {
      return new Promise(endpoint, pattern(endpoint.path()));
    }

    int parameters() {
      return endpoint.path().split("\\{", -1).length;
    }

    private static Pattern pattern(String template) {
      return Pattern.compile("\\Q" + template.replaceAll("\\{[^}]+}", "\\\\E[^/:]+\\\\Q") + "\\E");
    }
  }

  /**
   * Fails when an answer is none that the document tells of. What the document does not know, such
   * as health and the console, is not looked at.
   */
  static void check(String method, String path, HttpResponse<String> answer) {
    check(
        method,
        path,
        answer.statusCode(),
        answer.headers().firstValue("Content-Type").orElse(""),
        answer.body());
  }

  static void check(String method, String path, int status, String contentType, String body) {
    String asked = path.replaceFirst("\\?.*", "");
    PROMISES.stream()
        .filter(p -> p.endpoint().method().equals(method) && p.path().matcher(asked).matches())
        .findFirst()
        .ifPresent(p -> check(p.endpoint(), status, contentType.replaceFirst(";.*", ""), body));
  }

  private static void check(Endpoint endpoint, int status, String type, String body) {
    String operation = endpoint + " " + status;
    JsonNode others = endpoint.answers().get("default");
    JsonNode answer =
        endpoint
            .answers()
            .getOrDefault(
                Integer.toString(status),
                status >= 400 && others != null ? others : MissingNode.getInstance());
    assertThat(answer.isObject()).as("%s is in docs/openapi.json", operation).isTrue();
    JsonNode content = answer.path("content");
    if (content.isEmpty()) {
      assertThat(body).as("%s has no body", operation).isEmpty();
      return;
    }
    JsonNode schema = content.path(content.has(type) ? type : "*/*").path("schema");
    assertThat(schema.isObject())
        .as("%s: %s is one of %s", operation, type, content.propertyNames())
        .isTrue();
    if (type.endsWith("json")) {
      assertThat(
              SCHEMAS
                  .computeIfAbsent(operation + type, _ -> closed(schema, endpoint.schemas()))
                  .validate(Client.JSON.readTree(body)))
          .as("%s as in docs/openapi.json: %s", operation, body)
          .isEmpty();
    }
  }

  /** Answers may get new members, but here they are to be told of; problems have any (RFC 9457). */
  private static Schema closed(JsonNode schema, JsonNode all) {
    ObjectNode whole = (ObjectNode) schema.deepCopy();
    ObjectNode named = whole.putObject("components").putObject("schemas");
    for (Map.Entry<String, JsonNode> each : all.properties()) {
      ObjectNode copy = (ObjectNode) each.getValue().deepCopy();
      if (copy.has("properties")
          && !copy.has("additionalProperties")
          && !each.getKey().equals("Problem")) {
        copy.put("additionalProperties", false);
      }
      named.set(each.getKey(), copy);
    }
    return REGISTRY.getSchema(whole);
  }
}
