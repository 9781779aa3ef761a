package io.usercenter.admin;

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

  /** All keys that ever were, the newest first; without their secrets. */
  @GetMapping("/admin/v1/keys")
  KeyList list(Operator operator) {
    actions.requireEverywhere(operator, Permission.KEY_READ, "VIEW_SIGNING_KEYS", null);
    return new KeyList(keys.list());
  }

  /** Gives the next key its turn. No token is refused for it, and no player notices. */
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

  /** Ends every token that the key signed, everywhere. Players go on by their refresh tokens. */
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
