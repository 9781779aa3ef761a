package io.usercenter.admin;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.usercenter.gameserver.ServiceCredential;
import io.usercenter.gameserver.ServiceCredentials;
import io.usercenter.id.ClockVotes;
import io.usercenter.id.LeasedUserIds;
import io.usercenter.id.MachineCensus;
import io.usercenter.id.MachineHolder;
import io.usercenter.id.UserId;
import io.usercenter.id.UserIdStatus;
import io.usercenter.idempotency.Idempotency;
import io.usercenter.idempotency.Idempotent;
import io.usercenter.platform.AdminTransactions;
import io.usercenter.platform.ApiException;
import io.usercenter.platform.ErrorCode;
import io.usercenter.scope.Scope;
import io.usercenter.shard.ShardHealth;
import io.usercenter.shard.ShardPools;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The machinery: shards, ids, credentials of game servers. */
@RestController
final class SystemAdminController {
  private final ShardPools pools;
  private final LeasedUserIds ids;
  private final ServiceCredentials credentials;
  private final AdminActions actions;
  private final AdminTransactions transactions;
  private final Idempotency idempotency;

  SystemAdminController(
      ShardPools pools,
      LeasedUserIds ids,
      ServiceCredentials credentials,
      AdminActions actions,
      AdminTransactions transactions,
      Idempotency idempotency) {
    this.pools = pools;
    this.ids = ids;
    this.credentials = credentials;
    this.actions = actions;
    this.transactions = transactions;
    this.idempotency = idempotency;
  }

  @Operation(
      summary = "List the 32 shards: where each lies and whether this instance reaches it",
      description = "Needs `SYSTEM_READ`.")
  @GetMapping("/admin/v1/shards")
  Shards shards(Operator operator) {
    actions.require(operator, Permission.SYSTEM_READ, "VIEW_SHARDS", null);
    return new Shards(pools.health().shards().stream().map(ShardView::of).toList());
  }

  @Operation(
      summary = "List who holds the machine numbers of ids, and how this instance is doing",
      description =
          "Needs `SYSTEM_READ`. Numbers that were never held have neither process nor date.")
  @GetMapping("/admin/v1/id-workers")
  IdWorkers idWorkers(Operator operator) {
    actions.require(operator, Permission.SYSTEM_READ, "VIEW_ID_WORKERS", null);
    return IdWorkers.of(ids.census(), ids.status());
  }

  @Operation(
      summary = "Decode a user id: when it was minted, by which machine, for which shard",
      description =
          "Needs `SYSTEM_READ`. What the id says by itself, whether an account has it or not, and"
              + " who has its machine number now.")
  @GetMapping("/admin/v1/ids/{userId}")
  Explained explain(Operator operator, @PathVariable UserId userId) {
    actions.require(operator, Permission.SYSTEM_READ, "EXPLAIN_ID", userId);
    return new Explained(
        userId,
        userId.issuedAt(),
        userId.machine(),
        userId.sequence(),
        userId.gene(),
        userId.shard().toString(),
        MachineNow.of(ids.census(), userId.machine()));
  }

  @Operation(
      summary = "Make a service credential for game servers; its secret is shown once",
      description =
          "Needs `CREDENTIAL_WRITE` for all of the servers and a fresh proof. A lost answer comes"
              + " again, with the secret, for the same `Idempotency-Key`.")
  @Idempotent
  @PostMapping("/admin/v1/service-credentials")
  @ResponseStatus(HttpStatus.CREATED)
  CreatedCredential create(Operator operator, @Valid @RequestBody NewCredential body) {
    return actions.run(
        operator,
        Permission.CREDENTIAL_WRITE,
        "CREATE_SERVICE_CREDENTIAL",
        null,
        body.name() + " for " + body.serverIds(),
        scope -> transactions.in(() -> created(scope, body, operator)));
  }

  private CreatedCredential created(Scope scope, NewCredential body, Operator operator) {
    ServiceCredentials.Created created =
        credentials
            .create(scope, body.name(), body.serverIds(), operator.name())
            .orElseThrow(
                () ->
                    new ApiException(
                        ErrorCode.PERMISSION_MISSING, "you can give what you have only"));
    CreatedCredential answer =
        new CreatedCredential(
            created.credential().credentialId(),
            created.secret(),
            created.credential().name(),
            created.credential().serverIds());
    idempotency.leaveInAdmin(answer);
    return answer;
  }

  @Operation(
      summary = "List the newest 500 service credentials, revoked ones included, without secrets",
      description = "Needs `CREDENTIAL_READ` for all of their servers.")
  @GetMapping("/admin/v1/service-credentials")
  Credentials list(Operator operator) {
    Scope scope =
        actions.require(operator, Permission.CREDENTIAL_READ, "VIEW_SERVICE_CREDENTIALS", null);
    return new Credentials(credentials.newest(scope));
  }

  @Operation(
      summary = "Revoke a service credential",
      description =
          "Needs `CREDENTIAL_WRITE` for all of its servers and a fresh proof. `404 NOT_FOUND` for"
              + " a repeated request: it works no more.")
  @DeleteMapping("/admin/v1/service-credentials/{credentialId}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void revoke(Operator operator, @PathVariable String credentialId) {
    var _ =
        actions.run(
            operator,
            Permission.CREDENTIAL_WRITE,
            "REVOKE_SERVICE_CREDENTIAL",
            null,
            credentialId,
            scope -> {
              if (!credentials.revoke(scope, credentialId)) {
                throw new ApiException(ErrorCode.NOT_FOUND, "no credential that works has this id");
              }
              return true;
            });
  }

  /** All 32. */
  record Shards(List<ShardView> shards) {}

  /**
   * @param shard two digits
   * @param status {@code UP}, {@code DOWN} or {@code REFUSED}
   * @param reason empty when up
   */
  record ShardView(String shard, String instance, String status, String reason, Instant since) {
    static ShardView of(ShardHealth.Row row) {
      return new ShardView(
          row.shard().toString(),
          row.condition().instance().toString(),
          row.condition().status().name(),
          row.condition().reason(),
          row.condition().since());
    }
  }

  /**
   * @param machine 0 to 255: the generator that minted it
   * @param sequence 0 to 255 within its millisecond
   * @param gene 0 to 255, from the username; its low five bits are the shard
   * @param machineNow who has the machine number at this moment, not necessarily who minted the id
   */
  record Explained(
      UserId userId,
      Instant issuedAt,
      int machine,
      int sequence,
      int gene,
      String shard,
      MachineNow machineNow) {}

  /**
   * @param state {@code HELD}, {@code FREE} or {@code NEVER_HELD}
   * @param process who holds it, or held it last
   * @param heldUntil until when at least, if nobody renews it
   * @param freeSince the end of the last window
   */
  record MachineNow(
      String state,
      @Nullable String process,
      @Nullable Instant heldUntil,
      @Nullable Instant freeSince) {
    static MachineNow of(MachineCensus census, int machine) {
      MachineHolder holder = census.of(machine);
      if (holder.process().isEmpty()) {
        return new MachineNow("NEVER_HELD", null, null, null);
      }
      return census.held().contains(holder)
          ? new MachineNow("HELD", holder.process(), holder.reservedUntil(), null)
          : new MachineNow("FREE", holder.process(), null, holder.reservedUntil());
    }
  }

  /**
   * @param at the clock of the database, which is what decides
   * @param total 256
   * @param held how many of them are held
   * @param instance the one that answers
   */
  record IdWorkers(
      Instant at,
      int total,
      int held,
      IdInstance instance,
      List<HeldNumber> holders,
      List<FreeNumber> free) {
    static IdWorkers of(MachineCensus census, UserIdStatus status) {
      return new IdWorkers(
          census.at(),
          census.held().size() + census.free().size(),
          census.held().size(),
          IdInstance.of(status),
          census.held().stream().map(holder -> HeldNumber.of(holder, census.at())).toList(),
          census.free().stream().map(FreeNumber::of).toList());
    }
  }

  /**
   * @param windowEnd nobody else gets the number before
   * @param secondsLeft until then, if nobody renews it
   * @param thisInstance whether it is the one that answers
   */
  record HeldNumber(
      int machine, String process, Instant windowEnd, long secondsLeft, boolean thisInstance) {
    static HeldNumber of(MachineHolder holder, Instant at) {
      return new HeldNumber(
          holder.machine(),
          holder.process(),
          holder.reservedUntil(),
          Duration.between(at, holder.reservedUntil()).toSeconds(),
          holder.own());
    }
  }

  /**
   * @param lastProcess who held it last; absent if nobody did
   * @param freeSince absent if nobody ever held it
   */
  record FreeNumber(int machine, @Nullable String lastProcess, @Nullable Instant freeSince) {
    static FreeNumber of(MachineHolder holder) {
      return holder.process().isEmpty()
          ? new FreeNumber(holder.machine(), null, null)
          : new FreeNumber(holder.machine(), holder.process(), holder.reservedUntil());
    }
  }

  /**
   * How the generator of the answering instance is doing. Counters run since its start.
   *
   * @param status {@code MINTING}, or the code that callers are refused with
   * @param reason why it refuses; absent while it mints
   * @param machine its machine number; absent while it has none
   * @param windowLeftMs how long it goes on without the database; zero or less: it refuses
   * @param leadMs how far its fullest lane is ahead of the clock
   * @param refused callers that got no id
   * @param waited callers that waited for room in a lane
   * @param saturated those of them that waited in vain
   * @param leasesLost machine numbers taken over by other processes
   * @param lastFailure why the database could not be asked last time; absent if it could
   */
  record IdInstance(
      String status,
      @Nullable String reason,
      @Nullable Integer machine,
      long windowLeftMs,
      long leadMs,
      long refused,
      long waited,
      long saturated,
      long leasesLost,
      ClockVotes clockVotesLost,
      @Nullable String lastFailure) {
    static IdInstance of(UserIdStatus status) {
      UserIdStatus.Refusal refusal = status.refusal();
      return new IdInstance(
          refusal == null ? "MINTING" : refusal.code().name(),
          refusal == null ? null : refusal.reason(),
          status.machine().isPresent() ? status.machine().getAsInt() : null,
          status.windowLeft().toMillis(),
          status.lead().toMillis(),
          status.refused(),
          status.parked(),
          status.saturated(),
          status.leasesLost(),
          status.votesLost(),
          status.lastFailure());
    }
  }

  /**
   * @param serverIds the game servers it speaks for, or {@code *} alone for all
   */
  record NewCredential(
      @NotBlank(message = "is missing") @Size(max = 64, message = "must have at most 64 characters")
          String name,
      @NotEmpty(message = "is missing") @Size(max = 50, message = "must have at most 50")
          List<
                  @NotNull(message = "is null")
                  @Pattern(
                      regexp = "\\*|[A-Za-z0-9_.-]{1,32}",
                      message = "must be * or 1 to 32 of A-Z a-z 0-9 _ . -")
                  String>
              serverIds) {}

  /**
   * The only answer that holds the secret. Its text form is redacted.
   *
   * @param secret for HTTP Basic: {@code credentialId:secret}
   */
  record CreatedCredential(
      String credentialId, String secret, String name, List<String> serverIds) {
    @Override
    public String toString() {
      return "CreatedCredential[" + credentialId + ", [REDACTED]]";
    }
  }

  /** Without secrets. */
  @Schema(name = "ServiceCredentials")
  record Credentials(List<ServiceCredential> credentials) {}
}
