package io.usercenter.it;

import bench.EmptyEndpoint;
import io.usercenter.testkit.Backends;
import io.usercenter.testkit.Figure;
import io.usercenter.testkit.ProcessUse;
import java.io.IOException;
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
      HttpLoad empty = load("empty", List.of(HttpLoad.post("/v1/empty", "", "")));
      HttpLoad form =
          load(
              "form",
              tokens.stream()
                  .map(
                      token ->
                          HttpLoad.post(
                              "/server/v1/tokens:introspect",
                              basic + "Content-Type: application/x-www-form-urlencoded\r\n",
                              "token=" + token))
                  .toList());
      HttpLoad json =
          load(
              "json",
              tokens.stream()
                  .map(
                      token ->
                          HttpLoad.post(
                              "/server/v1/tokens:introspect",
                              basic + "Content-Type: application/json\r\n",
                              "{\"token\":\"%s\"}".formatted(token)))
                  .toList());
      HttpLoad batch =
          load(
              "batch",
              List.of(
                  HttpLoad.post(
                      "/server/v1/tokens:batchIntrospect",
                      basic + "Content-Type: application/json\r\n",
                      "{\"tokens\":[\"%s\"]}"
                          .formatted(String.join("\",\"", tokens.subList(0, BATCH))))));
      Figure nothing = new Figure();
      Figure forms = new Figure();
      Figure jsons = new Figure();
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
          "an empty endpoint             %,8.0f requests per CPU-second%n", nothing.median());
      tell("form", forms);
      tell("json", jsons);
      Figure batches = new Figure();
      for (int round = 0; round < WARMUP; round++) {
        batches.add(perCpuSecond(service, batch));
      }
      System.out.printf(
          "introspection, batches of %d  %,8.0f tokens per CPU-second%n",
          BATCH, BATCH * batches.median());
    }
  }

  private HttpLoad load(String name, List<String> requests) throws IOException {
    return HttpLoad.of(folder.resolve(name), requests);
  }

  private static void tell(String kind, Figure ratios) {
    System.out.printf(
        "introspection, %s           %.2f of it, the middle half of %d rounds %.2f to %.2f%n",
        kind, ratios.median(), ratios.rounds(), ratios.quantile(0.25), ratios.quantile(0.75));
  }

  private static double perCpuSecond(Usercenter service, HttpLoad requests) throws Exception {
    long before = ProcessUse.processorTime().toNanos();
    long answered = requests.send(service, SECONDS);
    return answered * 1e9 / (ProcessUse.processorTime().toNanos() - before);
  }
}
