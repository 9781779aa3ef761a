package io.usercenter.admin;

import io.swagger.v3.oas.annotations.media.Schema;
import io.usercenter.gameserver.ServiceCredential;
import io.usercenter.gameserver.ServiceCredentials;
import io.usercenter.id.UserId;
import io.usercenter.platform.ApiException;
import io.usercenter.platform.ErrorCode;
import io.usercenter.shard.ShardHealth;
import io.usercenter.shard.ShardPools;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
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
  private final ServiceCredentials credentials;
  private final AdminActions actions;

  SystemAdminController(ShardPools pools, ServiceCredentials credentials, AdminActions actions) {
    this.pools = pools;
    this.credentials = credentials;
    this.actions = actions;
  }

  @GetMapping("/admin/v1/shards")
  Shards shards(Operator operator) {
    actions.require(operator, OperatorRole.VIEWER, "VIEW_SHARDS", null);
    return new Shards(pools.health().shards().stream().map(ShardView::of).toList());
  }

  /** What an id says by itself; asks no database. */
  @GetMapping("/admin/v1/ids/{userId}")
  Explained explain(Operator operator, @PathVariable UserId userId) {
    actions.require(operator, OperatorRole.VIEWER, "EXPLAIN_ID", userId);
    return new Explained(
        userId,
        userId.issuedAt(),
        userId.machine(),
        userId.sequence(),
        userId.gene(),
        userId.shard().toString());
  }

  @PostMapping("/admin/v1/service-credentials")
  @ResponseStatus(HttpStatus.CREATED)
  CreatedCredential create(Operator operator, @Valid @RequestBody NewCredential body) {
    return actions.run(
        operator,
        OperatorRole.ADMIN,
        "CREATE_SERVICE_CREDENTIAL",
        null,
        body.name() + " for " + body.serverIds(),
        () -> {
          ServiceCredentials.Created created =
              credentials.create(body.name(), body.serverIds(), operator.name());
          return new CreatedCredential(
              created.credential().credentialId(),
              created.secret(),
              created.credential().name(),
              created.credential().serverIds());
        });
  }

  @GetMapping("/admin/v1/service-credentials")
  Credentials list(Operator operator) {
    actions.require(operator, OperatorRole.ADMIN, "VIEW_SERVICE_CREDENTIALS", null);
    return new Credentials(credentials.newest());
  }

  @DeleteMapping("/admin/v1/service-credentials/{credentialId}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void revoke(Operator operator, @PathVariable String credentialId) {
    var _ =
        actions.run(
            operator,
            OperatorRole.ADMIN,
            "REVOKE_SERVICE_CREDENTIAL",
            null,
            credentialId,
            () -> {
              if (!credentials.revoke(credentialId)) {
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
   */
  record Explained(
      UserId userId, Instant issuedAt, int machine, int sequence, int gene, String shard) {}

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
