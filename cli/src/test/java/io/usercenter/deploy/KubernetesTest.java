package io.usercenter.deploy;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * The manifests are what the API of Kubernetes takes: no field it does not know, none missing that
 * it wants; what they run has no privileges, and what they refer to is there.
 */
class KubernetesTest {
  private static final Path ROOT = Path.of(System.getProperty("uc.root"));

  private interface Schema {
    void check(JsonElement manifest) throws IOException;
  }

  private static final Map<String, Schema> SCHEMAS =
      Map.of(
          "apps/v1 Deployment", V1Deployment::validateJsonElement,
          "v1 Service", V1Service::validateJsonElement,
          "v1 ConfigMap", V1ConfigMap::validateJsonElement,
          "policy/v1 PodDisruptionBudget", V1PodDisruptionBudget::validateJsonElement,
          "networking.k8s.io/v1 NetworkPolicy", V1NetworkPolicy::validateJsonElement);

  @Test
  void everyManifestIsWhatTheApiTakes() throws IOException {
    List<JsonObject> manifests = manifests();
    assertThat(manifests).hasSizeGreaterThan(8);
    for (JsonObject manifest : manifests) {
      String kind = kindOf(manifest);
      assertThat(SCHEMAS).containsKey(kind);
      requireNonNull(SCHEMAS.get(kind)).check(manifest);
    }
  }

  @Test
  void aFieldThatDoesNotExistIsNoticed() throws IOException {
    JsonObject deployment = deployments().getFirst().deepCopy();
    container(deployment).addProperty("readynessProbe", "x");
    assertThatThrownBy(() -> V1Deployment.validateJsonElement(deployment))
        .hasMessageContaining("readynessProbe");
  }

  @Test
  void whatRunsHasNoPrivileges() throws IOException {
    for (JsonObject deployment : deployments()) {
      JsonObject pod = pod(deployment);
      assertThat(pod.getAsJsonObject("securityContext").get("runAsNonRoot").getAsBoolean())
          .isTrue();
      assertThat(pod.get("automountServiceAccountToken").getAsBoolean()).isFalse();
      JsonObject security = container(deployment).getAsJsonObject("securityContext");
      assertThat(security.get("readOnlyRootFilesystem").getAsBoolean()).isTrue();
      assertThat(security.get("allowPrivilegeEscalation").getAsBoolean()).isFalse();
      assertThat(security.getAsJsonObject("capabilities").getAsJsonArray("drop").toString())
          .isEqualTo("[\"ALL\"]");
    }
  }

  @Test
  void whatRunsIsProbedAndBounded() throws IOException {
    for (JsonObject deployment : deployments()) {
      JsonObject container = container(deployment);
      Set<String> ports = new TreeSet<>();
      container
          .getAsJsonArray("ports")
          .forEach(port -> ports.add(port.getAsJsonObject().get("name").getAsString()));
      for (String probe : List.of("startupProbe", "readinessProbe", "livenessProbe")) {
        JsonObject get = container.getAsJsonObject(probe).getAsJsonObject("httpGet");
        assertThat(ports).contains(get.get("port").getAsString());
        assertThat(get.get("path").getAsString()).startsWith("/actuator/health/");
      }
      JsonObject resources = container.getAsJsonObject("resources");
      assertThat(resources.getAsJsonObject("requests").keySet()).contains("cpu", "memory");
      assertThat(resources.getAsJsonObject("limits").keySet()).contains("memory");
    }
  }

  @Test
  void secretsComeByReference() throws IOException {
    for (JsonObject deployment : deployments()) {
      for (JsonElement variable : container(deployment).getAsJsonArray("env")) {
        JsonObject env = variable.getAsJsonObject();
        String name = env.get("name").getAsString();
        if (name.matches(".*(PASSWORD|KEY|SECRET|REDIS_URL).*")) {
          assertThat(env.has("value")).as(name).isFalse();
          assertThat(env.getAsJsonObject("valueFrom").has("secretKeyRef")).as(name).isTrue();
        }
      }
    }
  }

  @Test
  void everySelectorFindsAPod() throws IOException {
    List<JsonObject> labels =
        deployments().stream()
            .map(
                deployment ->
                    deployment
                        .getAsJsonObject("spec")
                        .getAsJsonObject("template")
                        .getAsJsonObject("metadata")
                        .getAsJsonObject("labels"))
            .toList();
    for (JsonObject manifest : manifests()) {
      JsonObject selector = selectorOf(manifest);
      if (selector != null) {
        assertThat(labels)
            .as("%s", manifest)
            .anyMatch(
                pod ->
                    selector.entrySet().stream()
                        .allMatch(label -> label.getValue().equals(pod.get(label.getKey()))));
      }
    }
  }

  @Test
  void everyVariableIsOneOfTheConfiguration() throws IOException {
    String known =
        Files.readString(ROOT.resolve("docs/configuration.md"))
            + Files.readString(ROOT.resolve("docker-compose.yml"));
    Set<String> names = new TreeSet<>();
    for (JsonObject deployment : deployments()) {
      container(deployment)
          .getAsJsonArray("env")
          .forEach(env -> names.add(env.getAsJsonObject().get("name").getAsString()));
    }
    assertThat(names)
        .isNotEmpty()
        .allSatisfy(name -> assertThat(known).as("where %s is told of", name).contains(name));
  }

  @Test
  void theContainerImageDoesNotRunAsRoot() throws IOException {
    assertThat(Files.readString(ROOT.resolve("Dockerfile")))
        .contains("\nUSER 10001:10001\n")
        .contains("HEALTHCHECK");
  }

  private static @org.jspecify.annotations.Nullable JsonObject selectorOf(JsonObject manifest) {
    JsonObject spec = manifest.getAsJsonObject("spec");
    return switch (manifest.get("kind").getAsString()) {
      case "Deployment", "PodDisruptionBudget" ->
          spec.getAsJsonObject("selector").getAsJsonObject("matchLabels");
      case "Service" -> spec.getAsJsonObject("selector");
      case "NetworkPolicy" -> spec.getAsJsonObject("podSelector").getAsJsonObject("matchLabels");
      default -> null;
    };
  }

  private static List<JsonObject> deployments() throws IOException {
    return manifests().stream().filter(m -> kindOf(m).endsWith(" Deployment")).toList();
  }

  private static JsonObject pod(JsonObject deployment) {
    return deployment.getAsJsonObject("spec").getAsJsonObject("template").getAsJsonObject("spec");
  }

  private static JsonObject container(JsonObject deployment) {
    JsonArray containers = pod(deployment).getAsJsonArray("containers");
    assertThat(containers).hasSize(1);
    return containers.get(0).getAsJsonObject();
  }

  private static String kindOf(JsonObject manifest) {
    return manifest.get("apiVersion").getAsString() + " " + manifest.get("kind").getAsString();
  }

  private static List<JsonObject> manifests() throws IOException {
    Yaml yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
    Gson gson = new Gson();
    List<JsonObject> manifests = new ArrayList<>();
    try (Stream<Path> files = Files.list(ROOT.resolve("deploy/kubernetes"))) {
      for (Path file : files.sorted().toList()) {
        for (Object document : yaml.loadAll(Files.readString(file))) {
          manifests.add(gson.toJsonTree(document).getAsJsonObject());
        }
      }
    }
    return manifests;
  }
}
