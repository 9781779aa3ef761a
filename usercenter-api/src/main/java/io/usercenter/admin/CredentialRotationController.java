package io.usercenter.admin;

import io.swagger.v3.oas.annotations.Operation;
import io.usercenter.gameserver.ServiceCredential;
import io.usercenter.gameserver.ServiceCredentials;
import io.usercenter.idempotency.Idempotency;
import io.usercenter.idempotency.Idempotent;
import io.usercenter.platform.AdminTransactions;
import io.usercenter.platform.ApiException;
import io.usercenter.platform.ErrorCode;
import io.usercenter.scope.Scope;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** New secrets for game servers, without a moment in which neither works. */
@RestController
final class CredentialRotationController {
  private final ServiceCredentials credentials;
  private final AdminActions actions;
  private final AdminTransactions transactions;
  private final Idempotency idempotency;

  CredentialRotationController(
      ServiceCredentials credentials,
      AdminActions actions,
      AdminTransactions transactions,
      Idempotency idempotency) {
    this.credentials = credentials;
    this.actions = actions;
    this.transactions = transactions;
    this.idempotency = idempotency;
  }

  @Operation(
      summary = "Make the successor of a service credential; both work until one is revoked",
      description =
          "Needs `CREDENTIAL_WRITE` for all of its servers and a fresh proof. It has the same name"
              + " and servers, and its secret is shown this once. The old one may be revoked when"
              + " its `lastUsedAt` stands still. A lost answer comes again, with the secret, for"
              + " the same `Idempotency-Key`.")
  @Idempotent
  @PostMapping("/admin/v1/service-credentials/{credentialId}:rotate")
  @ResponseStatus(HttpStatus.CREATED)
  Successor rotate(Operator operator, @PathVariable String credentialId) {
    return actions.run(
        operator,
        Permission.CREDENTIAL_WRITE,
        "ROTATE_SERVICE_CREDENTIAL",
        null,
        credentialId,
        scope -> transactions.in(() -> successor(scope, credentialId, operator)));
  }

  private Successor successor(Scope scope, String credentialId, Operator operator) {
    ServiceCredential old =
        credentials
            .find(scope, credentialId)
            .filter(found -> found.revokedAt() == null)
            .orElseThrow(
                () ->
                    new ApiException(ErrorCode.NOT_FOUND, "no credential that works has this id"));
    ServiceCredentials.Created created =
        credentials.create(scope, old.name(), old.serverIds(), operator.name()).orElseThrow();
    Successor answer =
        new Successor(
            created.credential().credentialId(),
            created.secret(),
            old.name(),
            old.serverIds(),
            credentialId);
    idempotency.leaveInAdmin(answer);
    return answer;
  }

  /**
   * @param secret shown this once
   * @param replaces the old one, to be revoked when nobody uses it any more
   */
  record Successor(
      String credentialId, String secret, String name, List<String> serverIds, String replaces) {
    @Override
    public String toString() {
      return "Successor[" + credentialId + ", [REDACTED], replaces " + replaces + "]";
    }
  }
}
