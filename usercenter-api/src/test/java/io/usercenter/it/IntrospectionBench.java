package io.usercenter.it;

import static org.assertj.core.api.Assertions.assertThat;

import bench.EmptyEndpoint;
import io.usercenter.testkit.Backends;
import io.usercenter.testkit.ProcessUse;
import io.usercenter.testkit.ThisJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What it costs the service to check a token for a game server, beside a request that does nothing:
 * requests for each second of processor time of the service, in rounds of one run. The callers are
 * another process, whose time does not count. No part of the tests: its name is not that of a test,
 * so it runs when asked for by {@code -Dtest=IntrospectionBench} only.
 *
 * <p>The kinds take turns every two seconds: all see the same machine, and a service whose code is
 * compiled for all of them, as it is where many kinds of requests arrive.
 */
class IntrospectionBench {
  private static final int SECONDS = Integer.getInteger("bench.seconds", 2);
  private static final int WARMUP = 15;
  private static final int ROUNDS = 31;
  private static final int CONNECTIONS = 8;
  private static final int PLAYERS = 64;
  private static final int BATCH = 64;

  @TempDir private Path folder;

  @Test
  void introspection() throws Exception {
    try (Usercenter service =
        Usercenter.start(
            Backends.mysql(),
            Backends.redis(),
            "spring.main.sources=" + EmptyEndpoint.class.getName(),
            "usercenter.limits.open=10000000/1m instance",
            "usercenter.limits.gameServer=10000000/1m instance",
            "usercenter.http.server-timing=false")) {
      List<String> tokens = new ArrayList<>();
      for (int i = 0; i < PLAYERS; i++) {
        tokens.add(service.players().register(Names.fresh()).expect(201).text("/accessToken"));
      }
      String basic = "Authorization: " + service.gameServer("*").authorization() + "\r\n";
      Path empty = file("empty", List.of(request("/v1/empty", "", "")));
      Path form =
          file(
              "form",
              tokens.stream()
                  .map(
                      token ->
                          request(
                              "/server/v1/tokens:introspect",
                              basic + "Content-Type: application/x-www-form-urlencoded\r\n",
                              "token=" + token))
                  .toList());
      Path json =
          file(
              "json",
              tokens.stream()
                  .map(
                      token ->
                          request(
                              "/server/v1/tokens:introspect",
                              basic + "Content-Type: application/json\r\n",
                              "{\"token\":\"%s\"}".formatted(token)))
                  .toList());
      Path batch =
          file(
              "batch",
              List.of(
                  request(
                      "/server/v1/tokens:batchIntrospect",
                      basic + "Content-Type: application/json\r\n",
                      "{\"tokens\":[\"%s\"]}"
                          .formatted(String.join("\",\"", tokens.subList(0, BATCH))))));
      List<Double> nothing = new ArrayList<>();
      List<Double> forms = new ArrayList<>();
      List<Double> jsons = new ArrayList<>();
      for (int round = -WARMUP; round < ROUNDS; round++) {
        double most = perCpuSecond(service, empty);
        double ofForm = perCpuSecond(service, form) / most;
        double ofJson = perCpuSecond(service, json) / most;
        if (round >= 0) {
          nothing.add(most);
          forms.add(ofForm);
          jsons.add(ofJson);
        }
      }
      System.out.printf(
          "an empty endpoint             %,8.0f requests per CPU-second%n", quantile(nothing, 0.5));
      tell("form", forms);
      tell("json", jsons);
      List<Double> batches = new ArrayList<>();
      for (int round = 0; round < WARMUP; round++) {
        batches.add(perCpuSecond(service, batch));
      }
      System.out.printf(
          "introspection, batches of %d  %,8.0f tokens per CPU-second%n",
          BATCH, BATCH * quantile(batches, 0.5));
    }
  }

  private Path file(String name, List<String> requests) throws IOException {
    return Files.writeString(folder.resolve(name), String.join("###\n", requests));
  }

  private static String request(String path, String headers, String body) {
    return "POST %s HTTP/1.1\r\nHost: localhost\r\n%sContent-Length: %d\r\n\r\n%s"
        .formatted(path, headers, body.length(), body);
  }

  private static void tell(String kind, List<Double> ratios) {
    System.out.printf(
        "introspection, %s           %.2f of it, the middle half of %d rounds %.2f to %.2f%n",
        kind, quantile(ratios, 0.5), ratios.size(), quantile(ratios, 0.25), quantile(ratios, 0.75));
  }

  private static double quantile(List<Double> values, double share) {
    return values.stream().sorted().toList().get((int) (share * (values.size() - 1)));
  }

  private static double perCpuSecond(Usercenter service, Path requests) throws Exception {
    long before = ProcessUse.processorTime().toNanos();
    long[] counts =
        OtherJvm.start(
                List.of(ThisJvm.java(), "-XX:TieredStopAtLevel=1"),
                HttpCallers.class,
                List.of(
                    service.players().base().toString(),
                    Integer.toString(SECONDS),
                    Integer.toString(CONNECTIONS),
                    requests.toString()))
            .counts();
    assertThat(counts[1]).as("answers that are not 2xx").isZero();
    return counts[0] * 1e9 / (ProcessUse.processorTime().toNanos() - before);
  }
}
