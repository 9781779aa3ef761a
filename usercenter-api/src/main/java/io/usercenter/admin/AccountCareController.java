package io.usercenter.admin;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.usercenter.account.Account;
import io.usercenter.account.Accounts;
import io.usercenter.account.Password;
import io.usercenter.account.ProfileChange;
import io.usercenter.id.UserId;
import io.usercenter.id.Username;
import io.usercenter.identity.Identities;
import io.usercenter.identity.Identity;
import io.usercenter.identity.LinkResult;
import io.usercenter.identity.LinkedIdentity;
import io.usercenter.note.AccountNote;
import io.usercenter.note.AccountNotes;
import io.usercenter.platform.ApiException;
import io.usercenter.platform.ErrorCode;
import io.usercenter.platform.PageSize;
import io.usercenter.platform.ShardTransactions;
import io.usercenter.scope.ScopeGuard;
import io.usercenter.session.Sessions;
import io.usercenter.throttle.Attempt;
import io.usercenter.throttle.Guesses;
import io.usercenter.token.RevocationReason;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** What operators do for a player who needs help, and what they note about him. */
@RestController
final class AccountCareController {
  /** Nothing that looks like something else; 16 of them are 79 bits. */
  private static final String ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789";

  private static final int PASSWORD_LENGTH = 16;
  private static final int NOTES = 100;

  private final ScopedAccounts scoped;
  private final Accounts accounts;
  private final Identities identities;
  private final Sessions sessions;
  private final Guesses guesses;
  private final AccountNotes notes;
  private final AccountFinder finder;
  private final ShardTransactions transactions;
  private final AdminActions actions;
  private final SecureRandom random;

  AccountCareController(
      ScopedAccounts scoped,
      Accounts accounts,
      Identities identities,
      Sessions sessions,
      Guesses guesses,
      AccountNotes notes,
      AccountFinder finder,
      ShardTransactions transactions,
      AdminActions actions,
      SecureRandom random) {
    this.scoped = scoped;
    this.accounts = accounts;
    this.identities = identities;
    this.sessions = sessions;
    this.guesses = guesses;
    this.notes = notes;
    this.finder = finder;
    this.transactions = transactions;
    this.actions = actions;
    this.random = random;
  }

  @Operation(
      summary = "Give an account a temporary password, shown once; all its sessions end",
      description =
          "Needs `ACCOUNT_RESET_PASSWORD` for the whole account and a fresh proof. Forgets the"
              + " wrong guesses at the account, too. The password is kept nowhere: who lost the"
              + " answer makes another one. Nothing forces the player to change it.")
  @PostMapping("/admin/v1/accounts/{userId}:resetPassword")
  PasswordGiven resetPassword(
      Operator operator,
      @PathVariable UserId userId,
      @Valid @RequestBody AccountAdminController.Reason body) {
    return actions.run(
        operator,
        Permission.ACCOUNT_RESET_PASSWORD,
        "RESET_PASSWORD",
        userId,
        body.reason(),
        scope -> {
          Account account = scoped.whole(scope, userId);
          String password = temporaryPassword();
          var hash = accounts.hash(new Password(password));
          int ended =
              transactions
                  .in(
                      userId,
                      () -> {
                        if (accounts.lockedWithin(scope, userId).isEmpty()) {
                          return Optional.<Integer>empty();
                        }
                        accounts.resetPassword(userId, hash);
                        return sessions.endAll(userId, RevocationReason.PASSWORD);
                      })
                  .orElseThrow(() -> ScopedAccounts.noAccount(userId));
          forgive(account);
          return new PasswordGiven(account.username(), password, ended);
        });
  }

  private String temporaryPassword() {
    StringBuilder password = new StringBuilder();
    for (int i = 0; i < PASSWORD_LENGTH; i++) {
      password.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return password.toString();
  }

  @Operation(
      summary = "Forget the wrong guesses at an account, from wherever they came",
      description =
          "Needs `ACCOUNT_UNLOCK` for the whole account. What networks and devices did stays"
              + " counted.")
  @PostMapping("/admin/v1/accounts/{userId}:unlock")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void unlock(
      Operator operator,
      @PathVariable UserId userId,
      @Valid @RequestBody AccountAdminController.Reason body) {
    var _ =
        actions.run(
            operator,
            Permission.ACCOUNT_UNLOCK,
            "UNLOCK_ACCOUNT",
            userId,
            body.reason(),
            scope -> {
              if (!forgive(scoped.whole(scope, userId))) {
                throw new ApiException(
                        ErrorCode.GUESSES_UNAVAILABLE,
                        "nothing is counted there while Redis is away")
                    .retryAfter(Duration.ofSeconds(1));
              }
              return true;
            });
  }

  /** Guesses are counted by what was typed: a name, or an address. */
  private boolean forgive(Account account) {
    List<String> typed = new ArrayList<>(List.of(account.username()));
    for (LinkedIdentity linked : identities.of(account.userId())) {
      typed.add(linked.identity().key());
    }
    return typed.stream()
        .map(name -> guesses.forgive(Attempt.Kind.PLAYER, name))
        .reduce(true, Boolean::logicalAnd);
  }

  @Operation(
      summary = "Give an account another username, another display name, or both",
      description =
          "Needs `ACCOUNT_RENAME` for the whole account. The time that players have to keep"
              + " between two names does not count here.")
  @PostMapping("/admin/v1/accounts/{userId}:rename")
  Renamed rename(
      Operator operator, @PathVariable UserId userId, @Valid @RequestBody NewNames body) {
    if (body.username() == null && body.displayName() == null) {
      throw new ApiException(ErrorCode.VALIDATION_FAILED, "give username, displayName or both");
    }
    return actions.run(
        operator,
        Permission.ACCOUNT_RENAME,
        "RENAME_ACCOUNT",
        userId,
        body.reason(),
        scope -> {
          Account account = scoped.whole(scope, userId);
          if (body.username() != null) {
            Username name = finder.name(body.username());
            requireDone(ScopeGuard.trusting(() -> accounts.rename(account, name, null)));
          }
          if (body.displayName() != null) {
            var _ =
                accounts.show(
                    userId, new ProfileChange(body.displayName().strip(), false, null, "{}"));
          }
          Account now = accounts.byId(userId).orElseThrow(() -> ScopedAccounts.noAccount(userId));
          return new Renamed(userId, now.username(), now.displayName());
        });
  }

  private static void requireDone(LinkResult result) {
    switch (result) {
      case LinkResult.Done() -> {}
      case LinkResult.Taken(_) ->
          throw new ApiException(ErrorCode.USERNAME_TAKEN, "choose another username");
      case LinkResult.Busy() ->
          throw new ApiException(ErrorCode.IDENTITY_BUSY, "it is being changed; try again")
              .retryAfter(Duration.ofSeconds(1));
      case LinkResult.LastWayIn(), LinkResult.NoAccount() ->
          throw new ApiException(ErrorCode.ACCOUNT_NOT_FOUND, "the account is gone");
    }
  }

  @Operation(
      summary = "List the ways into an account, the subjects masked",
      description = "Needs `ACCOUNT_READ`.")
  @GetMapping("/admin/v1/accounts/{userId}/identities")
  IdentitiesView identitiesOf(Operator operator, @PathVariable UserId userId) {
    var scope = actions.require(operator, Permission.ACCOUNT_READ, "VIEW_IDENTITIES", userId);
    var _ = scoped.visible(scope, userId);
    return new IdentitiesView(
        accounts.hasPassword(userId),
        identities.of(userId).stream().map(MaskedIdentity::of).toList());
  }

  @Operation(
      summary = "List what operators noted about an account, newest first",
      description = "Needs `ACCOUNT_READ`.")
  @GetMapping("/admin/v1/accounts/{userId}/notes")
  NotesView notesOf(
      Operator operator,
      @PathVariable UserId userId,
      @RequestParam(required = false) @Nullable Long after,
      @RequestParam(defaultValue = "50") @PageSize(most = NOTES) int limit) {
    var scope = actions.require(operator, Permission.ACCOUNT_READ, "VIEW_NOTES", userId);
    Arguments.requireLimit(limit, NOTES);
    var _ = scoped.visible(scope, userId);
    List<AccountNote> page = notes.of(userId, after == null ? Long.MAX_VALUE : after, limit);
    return new NotesView(page, page.size() < limit ? null : Long.toString(page.getLast().noteId()));
  }

  @Operation(
      summary = "Note something about an account",
      description =
          "Needs `ACCOUNT_NOTE`. The note goes when the account is erased; the player's own export"
              + " shows that there was one, and when.")
  @PostMapping("/admin/v1/accounts/{userId}/notes")
  @ResponseStatus(HttpStatus.CREATED)
  AccountNote note(
      Operator operator, @PathVariable UserId userId, @Valid @RequestBody NewNote body) {
    return actions.run(
        operator,
        Permission.ACCOUNT_NOTE,
        "NOTE_ACCOUNT",
        userId,
        "",
        scope -> {
          var _ = scoped.visible(scope, userId);
          return notes.add(userId, operator.name(), body.text());
        });
  }

  /**
   * The only answer that holds the password. Its text form is redacted.
   *
   * @param username what it goes with
   * @param sessionsEnded how many were alive
   */
  record PasswordGiven(String username, String temporaryPassword, int sessionsEnded) {
    @Override
    public String toString() {
      return "PasswordGiven[" + username + ", [REDACTED]]";
    }
  }

  /**
   * @param username as typed; absent leaves it
   * @param displayName absent leaves it
   */
  @Schema(name = "AdminRename")
  record NewNames(
      @Nullable @Size(max = 128, message = "must have at most 128 characters") String username,
      @Nullable
          @Size(min = 1, max = 64, message = "must have 1 to 64 characters")
          @Pattern(
              regexp =
                  "[^\\p{Cntrl}\\u2028\\u2029]*[^\\p{Cntrl}\\u2028\\u2029\\s][^\\p{Cntrl}\\u2028\\u2029]*",
              message = "must be text without control characters")
          String displayName,
      @NotBlank(message = "is missing")
          @Size(max = 255, message = "must have at most 255 characters")
          String reason) {}

  /** The names as they are now. */
  record Renamed(UserId userId, String username, String displayName) {}

  /**
   * @param text as it was written; no personal data of others
   */
  record NewNote(
      @NotBlank(message = "is missing")
          @Size(max = 2000, message = "must have at most 2000 characters")
          String text) {}

  /**
   * @param next to be sent as {@code after} for the next page; absent at the end
   */
  @Schema(name = "AccountNotes")
  record NotesView(List<AccountNote> notes, @Nullable String next) {}

  /**
   * @param byUsername whether username and password are a way in
   */
  @Schema(name = "AdminIdentities")
  record IdentitiesView(boolean byUsername, List<MaskedIdentity> identities) {}

  /**
   * @param id names it without telling what it is
   * @param provider {@code device}, {@code username}, {@code email}, {@code phone} or a channel
   * @param subject masked: enough to tell it from others of the account
   */
  record MaskedIdentity(String id, String provider, Masked subject, Instant linkedAt) {
    static MaskedIdentity of(LinkedIdentity linked) {
      Identity identity = linked.identity();
      return new MaskedIdentity(
          identity.handle(),
          identity.provider(),
          Masked.subject(identity.provider(), identity.subject()),
          linked.linkedAt());
    }
  }
}
