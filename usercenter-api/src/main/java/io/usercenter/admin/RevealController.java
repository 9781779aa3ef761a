package io.usercenter.admin;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.swagger.v3.oas.annotations.Operation;
import io.usercenter.account.Account;
import io.usercenter.account.Accounts;
import io.usercenter.account.Traces;
import io.usercenter.id.UserId;
import io.usercenter.identity.Identities;
import io.usercenter.identity.LinkedIdentity;
import io.usercenter.platform.ApiException;
import io.usercenter.platform.ErrorCode;
import io.usercenter.scope.Scope;
import io.usercenter.session.Sessions;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** The one place where operators see personal data as they are: with a reason, and on record. */
@RestController
final class RevealController {
  private final Accounts accounts;
  private final Identities identities;
  private final Sessions sessions;
  private final ScopedAccounts scoped;
  private final AdminActions actions;

  RevealController(
      Accounts accounts,
      Identities identities,
      Sessions sessions,
      ScopedAccounts scoped,
      AdminActions actions) {
    this.accounts = accounts;
    this.scoped = scoped;
    this.identities = identities;
    this.sessions = sessions;
    this.actions = actions;
  }

  @Operation(
      summary = "Show personal data of a player unmasked, with the reason on record",
      description =
          "Needs `ACCOUNT_REVEAL` for the whole account. Only the `fields` that are asked for are"
              + " read and answered. The audit has them, with the reason and without the values,"
              + " before anything is read.")
  @PostMapping("/admin/v1/accounts/{userId}:reveal")
  Revealed reveal(
      Operator operator, @PathVariable UserId userId, @Valid @RequestBody ToReveal body) {
    Set<Field> fields = new TreeSet<>(body.fields());
    return actions.run(
        operator,
        Permission.ACCOUNT_REVEAL,
        "REVEAL",
        userId,
        fields + ": " + body.reason(),
        scope -> revealed(scope, userId, fields));
  }

  private Revealed revealed(Scope scope, UserId userId, Set<Field> fields) {
    Account account = scoped.whole(scope, userId); // these are of no server alone
    Traces traces =
        accounts
            .traces(account.userId())
            .orElseThrow(
                () ->
                    new ApiException(
                        ErrorCode.ACCOUNT_NOT_FOUND, "no account has the id " + userId));
    boolean wantsIdentities =
        fields.contains(Field.IDENTITIES)
            || fields.contains(Field.EMAIL)
            || fields.contains(Field.PHONE);
    List<LinkedIdentity> linked = wantsIdentities ? identities.of(userId) : List.of();
    return new Revealed(
        fields.contains(Field.REGISTER_IP) ? traces.registerIp() : null,
        fields.contains(Field.REGISTER_DEVICE) ? traces.registerDevice() : null,
        fields.contains(Field.LAST_LOGIN_IP) ? traces.lastLoginIp() : null,
        fields.contains(Field.EMAIL) ? subjects(linked, "email") : null,
        fields.contains(Field.PHONE) ? subjects(linked, "phone") : null,
        fields.contains(Field.IDENTITIES)
            ? linked.stream()
                .map(
                    each ->
                        new RevealedIdentity(
                            each.identity().provider(), each.identity().subject(), each.linkedAt()))
                .toList()
            : null,
        fields.contains(Field.SESSIONS)
            ? sessions.of(userId).stream()
                .map(
                    each ->
                        new RevealedSession(
                            each.sessionId().toString(), each.createdIp(), each.deviceId()))
                .toList()
            : null);
  }

  private static List<String> subjects(List<LinkedIdentity> linked, String provider) {
    return linked.stream()
        .map(LinkedIdentity::identity)
        .filter(identity -> identity.provider().equals(provider))
        .map(identity -> identity.subject())
        .toList();
  }

  /** What can be asked for. */
  enum Field {
    @JsonProperty("registerIp")
    REGISTER_IP,
    @JsonProperty("registerDevice")
    REGISTER_DEVICE,
    @JsonProperty("lastLoginIp")
    LAST_LOGIN_IP,
    @JsonProperty("email")
    EMAIL,
    @JsonProperty("phone")
    PHONE,
    @JsonProperty("identities")
    IDENTITIES,
    @JsonProperty("sessions")
    SESSIONS
  }

  /**
   * @param reason why he has to see them
   */
  record ToReveal(
      @NotEmpty(message = "is missing") @Size(max = 20, message = "must have at most 20")
          List<@NotNull(message = "is null") Field> fields,
      @NotBlank(message = "is missing")
          @Size(max = 255, message = "must have at most 255 characters")
          String reason) {}

  /** What was asked for; all else is absent. Its text form is redacted. */
  @Unmasked
  record Revealed(
      @Nullable String registerIp,
      @Nullable String registerDevice,
      @Nullable String lastLoginIp,
      @Nullable List<String> email,
      @Nullable List<String> phone,
      @Nullable List<RevealedIdentity> identities,
      @Nullable List<RevealedSession> sessions) {
    @Override
    public String toString() {
      return "[REDACTED]";
    }
  }

  @Unmasked
  record RevealedIdentity(String provider, String subject, Instant linkedAt) {
    @Override
    public String toString() {
      return "[REDACTED]";
    }
  }

  @Unmasked
  record RevealedSession(String sessionId, String createdIp, @Nullable String deviceId) {
    @Override
    public String toString() {
      return "[REDACTED]";
    }
  }
}
