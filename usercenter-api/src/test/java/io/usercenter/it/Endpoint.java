package io.usercenter.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * An endpoint as {@code docs/openapi.json} has it.
 *
 * @param credentials the name of the security scheme, empty for who needs none
 * @param bodies what it reads, by content type
 * @param answers what it answers, by status, with {@code default} for the others
 * @param schemas what references in schemas lead to
 */
record Endpoint(
    String method,
    String path,
    String credentials,
    List<Parameter> parameters,
    List<Body> bodies,
    Map<String, JsonNode> answers,
    JsonNode schemas) {

  /**
   * @param in {@code path}, {@code query} or {@code header}
   */
  record Parameter(String name, String in, JsonNode schema) {}

  record Body(String contentType, JsonNode schema) {}

  static List<Endpoint> all() {
    JsonNode document;
    try {
      document =
          Client.JSON.readTree(
              Files.readString(Path.of(System.getProperty("uc.root"), "docs/openapi.json")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<Endpoint> endpoints = new ArrayList<>();
    document
        .path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .properties()
                    .forEach(
                        method ->
                            endpoints.add(
                                of(
                                    method.getKey().toUpperCase(Locale.ROOT),
                                    path.getKey(),
                                    method.getValue(),
                                    document.path("components")))));
    return endpoints;
  }

  private static Endpoint of(String method, String path, JsonNode operation, JsonNode components) {
    List<Parameter> parameters = new ArrayList<>();
    for (JsonNode parameter : operation.path("parameters")) {
      parameters.add(
          new Parameter(
              parameter.path("name").stringValue(),
              parameter.path("in").stringValue(),
              parameter.path("schema")));
    }
    List<Body> bodies = new ArrayList<>();
    operation
        .at("/requestBody/content")
        .properties()
        .forEach(type -> bodies.add(new Body(type.getKey(), type.getValue().path("schema"))));
    String credentials = "";
    for (JsonNode scheme : operation.path("security")) {
      credentials = scheme.propertyNames().iterator().next();
    }
    Map<String, JsonNode> answers = new HashMap<>();
    for (Map.Entry<String, JsonNode> answer : operation.path("responses").properties()) {
      String reference = answer.getValue().path("$ref").asString("");
      answers.put(
          answer.getKey(),
          reference.isEmpty()
              ? answer.getValue()
              : components.at(reference.substring("#/components".length())));
    }
    return new Endpoint(
        method, path, credentials, parameters, bodies, answers, components.path("schemas"));
  }

  boolean isInternal() {
    return path.startsWith("/admin/");
  }

  @Override
  public String toString() {
    return method + " " + path;
  }
}
