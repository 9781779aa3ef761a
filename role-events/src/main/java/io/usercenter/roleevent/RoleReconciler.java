package io.usercenter.roleevent;

import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Has the user center compare its copy with what a game server has, and repair it. Checksums of
 * pages go first, characters only where those differ. To be run after the server was set back (with
 * its new epoch), when events were lost, and now and then.
 */
public final class RoleReconciler {
  /** Of a page that is compared one by one. */
  private static final int PAGE = 500;

  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final String PATH = "/server/v1/roles:reconcile";

  private final UserCenterHttp http;
  private final ServerId serverId;
  private final int serverEpoch;

  /**
   * @param userCenter {@code https://id.example.com}
   * @param serverEpoch as of the publisher
   */
  public RoleReconciler(
      URI userCenter, String credentialId, String secret, String serverId, int serverEpoch) {
    this.http = new UserCenterHttp(userCenter, credentialId, secret, TIMEOUT);
    this.serverId = new ServerId(serverId);
    this.serverEpoch = serverEpoch;
  }

  /**
   * A difference that was found.
   *
   * @param kind see {@code docs/role-sync.md}
   * @param repair what became of its repair; null when none was tried
   */
  public record Difference(String kind, UserId userId, RoleId roleId, @Nullable String repair) {}

  /**
   * What came out.
   *
   * @param roles that were compared
   * @param pages whose checksums did not agree
   */
  public record Report(int roles, int pages, List<Difference> differences) {}

  /**
   * Compares everything.
   *
   * @param roles all characters that exist, in any order; asked for after the user center has noted
   *     when this began
   * @param repair whether to make the copy agree
   * @throws IOException if the user center or a shard is away: begin again later, it is always safe
   */
  public Report run(Supplier<? extends Collection<RoleSnapshot>> roles, boolean repair)
      throws IOException, InterruptedException {
    ObjectNode begin = UserCenterHttp.JSON.createObjectNode().put("serverId", serverId.value());
    String mark = http.post(PATH, begin).path("mark").asString("");
    List<List<RoleSnapshot>> byShard = new ArrayList<>();
    for (int shard = 0; shard < Shard.COUNT; shard++) {
      byShard.add(new ArrayList<>());
    }
    int count = 0;
    for (RoleSnapshot role : roles.get()) {
      byShard.get(role.userId().shard().number()).add(role);
      count++;
    }
    Run run = new Run(mark, repair);
    for (int shard = 0; shard < Shard.COUNT; shard++) {
      List<RoleSnapshot> all = byShard.get(shard);
      Collections.sort(all);
      run.shard(new Shard(shard), all);
    }
    return new Report(count, run.pages, List.copyOf(run.differences));
  }

  private final class Run {
    private final String mark;
    private final boolean repair;
    private final List<Difference> differences = new ArrayList<>();
    private int pages;

    Run(String mark, boolean repair) {
      this.mark = mark;
      this.repair = repair;
    }

    void shard(Shard shard, List<RoleSnapshot> all) throws IOException, InterruptedException {
      RoleSnapshot before = null;
      for (int from = 0; from == 0 || from < all.size(); from += PAGE) {
        List<RoleSnapshot> page = all.subList(from, Math.min(from + PAGE, all.size()));
        boolean last = from + PAGE >= all.size();
        page(shard, before, last ? null : page.get(page.size() - 1), page);
        before = page.isEmpty() ? null : page.get(page.size() - 1);
      }
    }

    private void page(
        Shard shard,
        @Nullable RoleSnapshot before,
        @Nullable RoleSnapshot end,
        List<RoleSnapshot> page)
        throws IOException, InterruptedException {
      ObjectNode request = UserCenterHttp.JSON.createObjectNode();
      request.put("serverId", serverId.value()).put("serverEpoch", serverEpoch);
      request.put("mark", mark).put("shard", shard.toString()).put("repair", repair);
      if (before != null) {
        place(request.putObject("after"), before);
      }
      if (end != null) {
        place(request.putObject("upTo"), end);
      }
      RoleChecksum checksum = new RoleChecksum();
      page.forEach(
          role ->
              checksum.add(
                  role.userId(), role.roleId(), new RoleVersion(serverEpoch, role.revision())));
      ObjectNode summary = request.deepCopy();
      summary.put("count", checksum.count()).put("checksum", checksum.hex());
      if (http.post(PATH, summary).path("match").asBoolean(false)) {
        return;
      }
      pages++;
      ArrayNode roles = request.putArray("roles");
      page.forEach(role -> roles.add(RoleEvents.write(role)));
      JsonNode answer = http.post(PATH, request);
      while (answer.hasNonNull("comparedTo")) {
        note(answer);
        JsonNode comparedTo = answer.path("comparedTo");
        request.set("after", comparedTo);
        RoleSnapshot reached =
            new RoleSnapshot(
                UserId.parse(comparedTo.path("userId").asString("")),
                new RoleId(comparedTo.path("roleId").asString("")),
                1,
                null,
                RolePicture.NONE);
        ArrayNode rest = request.putArray("roles");
        page.stream()
            .filter(role -> role.compareTo(reached) > 0)
            .forEach(role -> rest.add(RoleEvents.write(role)));
        answer = http.post(PATH, request);
      }
      note(answer);
    }

    private void note(JsonNode answer) {
      for (JsonNode difference : answer.path("differences")) {
        differences.add(
            new Difference(
                difference.path("kind").asString(""),
                UserId.parse(difference.path("userId").asString("")),
                new RoleId(difference.path("roleId").asString("")),
                difference.hasNonNull("repair") ? difference.path("repair").asString("") : null));
      }
    }

    private static void place(ObjectNode node, RoleSnapshot role) {
      node.put("userId", role.userId().toString()).put("roleId", role.roleId().value());
    }
  }
}
