package io.usercenter.gameserver;

import io.micrometer.core.instrument.MeterRegistry;
import io.swagger.v3.oas.annotations.Operation;
import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.platform.ApiException;
import io.usercenter.platform.ErrorCode;
import io.usercenter.player.PlayerRoleLists;
import io.usercenter.role.RoleOutcome;
import io.usercenter.role.RoleReconciliation;
import io.usercenter.roleevent.InvalidRoleEventException;
import io.usercenter.roleevent.RoleEvents;
import io.usercenter.roleevent.RoleId;
import io.usercenter.roleevent.RoleSnapshot;
import io.usercenter.roleevent.RoleVersion;
import io.usercenter.roleevent.ServerId;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.TransientDataAccessResourceException;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/**
 * Compares what a game server has with the copy, page by page, and repairs the copy. {@code
 * docs/role-sync.md} tells how a game server goes about it.
 */
@RestController
final class RoleReconcileController {
  private static final Logger log = LoggerFactory.getLogger(RoleReconcileController.class);

  private static final int MAX_PAGE = 500;

  private final RoleReconciliation reconciliation;
  private final PlayerRoleLists lists;
  private final InstantSource clock;
  private final MeterRegistry meters;

  RoleReconcileController(
      RoleReconciliation reconciliation,
      PlayerRoleLists lists,
      InstantSource clock,
      MeterRegistry meters) {
    this.reconciliation = reconciliation;
    this.lists = lists;
    this.clock = clock;
    this.meters = meters;
  }

  @Operation(
      summary = "Compare a game server's characters with the copy page by page, and repair it",
      description =
          "First `serverId` alone, which answers with the `mark` to be sent with every page. Then"
              + " the pages of each shard with `count` and `checksum`; where they do not match,"
              + " the same page with `roles`, and with `repair` to make the copy agree. Events go"
              + " on meanwhile. `503 SHARD_UNAVAILABLE`: the page is not compared, or repaired in"
              + " part only; send it again, which is always safe. `docs/role-sync.md` tells the"
              + " order and the checksum.")
  @PostMapping("/server/v1/roles:reconcile")
  Reconciled reconcile(GameServer server, @Valid @RequestBody Request body) {
    if (!server.speaksFor(body.serverId())) {
      throw new ApiException(
          ErrorCode.SERVER_NOT_GRANTED,
          "the credential does not speak for server " + body.serverId());
    }
    Instant mark = body.mark();
    String shard = body.shard();
    if (mark == null || shard == null) {
      return Reconciled.begun(clock.instant());
    }
    try {
      RoleReconciliation.Page page =
          new RoleReconciliation.Page(
              new ServerId(body.serverId()),
              body.serverEpoch() == null ? 0 : body.serverEpoch(),
              mark,
              new Shard(Integer.parseInt(shard)),
              place(body.after()),
              place(body.upTo()));
      return body.roles() == null ? summarized(page, body) : compared(page, body, body.roles());
    } catch (InvalidRoleEventException e) {
      throw new ApiException(ErrorCode.VALIDATION_FAILED, String.valueOf(e.getMessage()));
    } catch (SQLException e) {
      throw new TransientDataAccessResourceException("reconciling server " + body.serverId(), e);
    }
  }

  private Reconciled summarized(RoleReconciliation.Page page, Request body) throws SQLException {
    RoleReconciliation.Summary ours = reconciliation.summary(page);
    boolean match =
        ours != null
            && ours.found()
            && Objects.equals(ours.count(), body.count())
            && ours.checksum().equals(body.checksum());
    if (match && body.repairs() && page.upTo() == null) {
      reconciliation.done(page);
    }
    return new Reconciled(page.mark(), match, ours == null ? null : ours.count(), List.of(), null);
  }

  private Reconciled compared(RoleReconciliation.Page page, Request body, List<JsonNode> roles)
      throws SQLException {
    List<RoleSnapshot> theirs = new ArrayList<>();
    for (int i = 0; i < roles.size(); i++) {
      RoleSnapshot role = RoleEvents.snapshot(roles.get(i), "roles[" + i + "]");
      if (!role.userId().shard().equals(page.shard())) {
        throw new ApiException(
            ErrorCode.VALIDATION_FAILED,
            "roles[%d] is of shard %s".formatted(i, role.userId().shard()));
      }
      theirs.add(role);
    }
    RoleReconciliation.Comparison comparison = reconciliation.compare(page, theirs, body.repairs());
    for (RoleReconciliation.Difference difference : comparison.differences()) {
      meters.counter("uc.role.reconcile.differences", "kind", difference.kind().name()).increment();
      if (difference.repair() != null) {
        lists.announceChanged(difference.userId());
      }
    }
    for (RoleReconciliation.Difference difference : comparison.differences()) {
      if (difference.repair() instanceof RoleOutcome.Postponed postponed) {
        throw halfRepaired(page, postponed);
      }
    }
    boolean whole = comparison.comparedTo() == null;
    if (body.repairs() && whole && page.upTo() == null) {
      reconciliation.done(page);
    }
    return new Reconciled(
        page.mark(),
        comparison.differences().isEmpty(),
        null,
        comparison.differences().stream().map(DifferenceView::of).toList(),
        PlaceView.of(comparison.comparedTo()));
  }

  /** An answer with 200 would be taken for a page that is done. */
  private static ApiException halfRepaired(
      RoleReconciliation.Page page, RoleOutcome.Postponed postponed) {
    log.warn(
        "server {}: a page of shard {} is repaired by halves, shard {} is needed: {}",
        page.server(),
        page.shard(),
        postponed.shard(),
        postponed.cause().toString());
    return new ApiException(
            ErrorCode.SHARD_UNAVAILABLE,
            "shard %s is away, so the page is not repaired or not all of it: send it again"
                .formatted(postponed.shard()))
        .with("shard", postponed.shard().toString())
        .retryAfter(postponed.retryAfter());
  }

  private static RoleReconciliation.@Nullable Place place(@Nullable PlaceView view) {
    if (view == null) {
      return null;
    }
    return new RoleReconciliation.Place(view.userId(), new RoleId(view.roleId()));
  }

  /**
   * @param serverEpoch 0 when absent
   * @param mark from the first answer; without it, and without a shard, nothing is compared
   * @param shard two digits: the user id modulo 32
   * @param after the place before the page; absent for the first page of the shard
   * @param upTo the last place of the page; absent for the last page of the shard
   * @param count how many characters the page has
   * @param checksum of the page, see {@code docs/role-sync.md}
   * @param roles the characters themselves, up to 500; absent to compare checksums only
   * @param repair whether to make the copy agree; not when absent
   */
  @io.swagger.v3.oas.annotations.media.Schema(name = "ReconcileRequest")
  record Request(
      @NotNull(message = "is missing")
          @Pattern(
              regexp = "[A-Za-z0-9_.-]{1,32}",
              message = "must be 1 to 32 of A-Z a-z 0-9 _ . -")
          String serverId,
      @Min(value = 0, message = "must be 0 or more") @Nullable Integer serverEpoch,
      @Nullable Instant mark,
      @Nullable @Pattern(regexp = "[0-2][0-9]|3[01]", message = "must be 00 to 31") String shard,
      @Valid @Nullable PlaceView after,
      @Valid @Nullable PlaceView upTo,
      @Nullable Integer count,
      @Nullable String checksum,
      @Nullable @Size(max = MAX_PAGE, message = "must have at most 500")
          List<@NotNull(message = "is null") JsonNode> roles,
      @Nullable Boolean repair) {

    boolean repairs() {
      return Boolean.TRUE.equals(repair);
    }
  }

  /** A place in the order of user id and role id. */
  @io.swagger.v3.oas.annotations.media.Schema(name = "ReconcilePlace")
  record PlaceView(
      @NotNull(message = "is missing") UserId userId,
      @NotNull(message = "is missing") String roleId) {
    static @Nullable PlaceView of(RoleReconciliation.@Nullable Place place) {
      return place == null ? null : new PlaceView(place.userId(), place.roleId().value());
    }
  }

  /**
   * @param mark to be sent with every page
   * @param match whether the copy agrees, and the search by role id leads to each player
   * @param count how many characters the copy has; absent when characters were compared, or when
   *     there are too many
   * @param comparedTo where the comparison stopped, because the copy has far more there: send the
   *     rest as another page; absent when all was compared
   */
  record Reconciled(
      Instant mark,
      @Nullable Boolean match,
      @Nullable Integer count,
      List<DifferenceView> differences,
      @Nullable PlaceView comparedTo) {
    static Reconciled begun(Instant mark) {
      return new Reconciled(mark, null, null, List.of(), null);
    }
  }

  /**
   * @param kind {@code MISSING}, {@code STALE}, {@code EXTRA}, {@code AHEAD}, {@code CONFLICT} or
   *     {@code NOT_FOUND_BY_ID}
   * @param ours revision in the copy; absent when it is not there
   * @param oursEpoch server epoch of that
   * @param theirs revision at the game server; absent when it is not there
   * @param repair {@code APPLIED}, {@code SUPERSEDED}, {@code PARKED}, or why it was rejected;
   *     absent when nothing was done
   */
  @io.swagger.v3.oas.annotations.media.Schema(name = "RoleDifference")
  record DifferenceView(
      String kind,
      UserId userId,
      String roleId,
      @Nullable Long ours,
      @Nullable Integer oursEpoch,
      @Nullable Long theirs,
      @Nullable String repair) {
    static DifferenceView of(RoleReconciliation.Difference difference) {
      RoleVersion ours = difference.ours();
      RoleVersion theirs = difference.theirs();
      RoleOutcome repair = difference.repair();
      return new DifferenceView(
          difference.kind().name(),
          difference.userId(),
          difference.roleId().value(),
          ours == null ? null : ours.revision(),
          ours == null ? null : ours.serverEpoch(),
          theirs == null ? null : theirs.revision(),
          repair == null ? null : repair.code());
    }
  }
}
