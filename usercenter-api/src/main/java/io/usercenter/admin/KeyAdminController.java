package io.usercenter.admin;

import io.swagger.v3.oas.annotations.Operation;
import io.usercenter.platform.ApiException;
import io.usercenter.platform.ErrorCode;
import io.usercenter.session.SigningKey;
import io.usercenter.session.SigningKeys;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** The keys that sign access tokens. */
@RestController
final class KeyAdminController {
  private final SigningKeys keys;
  private final AdminActions actions;

  KeyAdminController(SigningKeys keys, AdminActions actions) {
    this.keys = keys;
    this.actions = actions;
  }

  @Operation(
      summary = "List the keys that sign access tokens, newest first, without their secrets",
      description = "Needs `KEY_READ` everywhere. All that ever were, and the next one.")
  @GetMapping("/admin/v1/keys")
  KeyList list(Operator operator) {
    actions.requireEverywhere(operator, Permission.KEY_READ, "VIEW_SIGNING_KEYS", null);
    return new KeyList(keys.list());
  }

  @Operation(
      summary = "Give the next signing key its turn; no token is refused for it",
      description =
          "Needs `KEY_WRITE` everywhere and a fresh proof. `signsFrom` says when. Done again"
              + " before that moment it changes nothing.")
  @PostMapping("/admin/v1/keys:rotate")
  SigningKey rotate(Operator operator, @Valid @RequestBody KeyReason body) {
    return actions.runEverywhere(
        operator,
        Permission.KEY_WRITE,
        "ROTATE_SIGNING_KEY",
        null,
        body.reason(),
        _ -> keys.rotate());
  }

  @Operation(
      summary = "Withdraw a signing key that leaked: every token of it is refused",
      description =
          "Needs `KEY_WRITE` everywhere and a fresh proof. Holds everywhere as soon as the"
              + " revocations are heard. Players go on by their refresh tokens.")
  @PostMapping("/admin/v1/keys/{kid}:compromise")
  SigningKey compromise(
      Operator operator, @PathVariable String kid, @Valid @RequestBody KeyReason body) {
    return actions.runEverywhere(
        operator,
        Permission.KEY_WRITE,
        "COMPROMISE_SIGNING_KEY",
        null,
        kid + ": " + body.reason(),
        _ ->
            keys.compromise(kid)
                .orElseThrow(
                    () -> new ApiException(ErrorCode.NOT_FOUND, "no signing key has this kid")));
  }

  /**
   * @param keys the newest first
   */
  record KeyList(List<SigningKey> keys) {}

  /**
   * @param reason for the audit log
   */
  record KeyReason(
      @NotBlank(message = "is missing")
          @Size(max = 500, message = "must have at most 500 characters")
          String reason) {}
}
