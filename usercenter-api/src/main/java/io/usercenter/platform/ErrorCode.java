package io.usercenter.platform;

import org.springframework.http.HttpStatus;

/**
 * Every error a caller can get, by its stable name. {@code docs/errors.md} has one row for each:
 * what happened, what the client should do, whether a retry is safe.
 */
public enum ErrorCode {
  VALIDATION_FAILED(HttpStatus.BAD_REQUEST, "The request has fields that cannot be accepted"),
  MALFORMED_REQUEST(HttpStatus.BAD_REQUEST, "The request could not be read"),
  USERNAME_INVALID(HttpStatus.BAD_REQUEST, "The username cannot be used"),
  PASSWORD_INVALID(HttpStatus.BAD_REQUEST, "The password cannot be used"),
  CHANNEL_NOT_OFFERED(HttpStatus.BAD_REQUEST, "This service offers no such channel"),
  IDEMPOTENCY_KEY_INVALID(HttpStatus.BAD_REQUEST, "The Idempotency-Key cannot be used"),
  CREDENTIALS_MISSING(HttpStatus.UNAUTHORIZED, "This needs credentials"),
  TOKEN_REJECTED(HttpStatus.UNAUTHORIZED, "The token is not accepted"),
  WRONG_NAME_OR_PASSWORD(HttpStatus.UNAUTHORIZED, "Wrong name or password"),
  TOTP_REQUIRED(HttpStatus.UNAUTHORIZED, "The second factor is missing"),
  REFRESH_TOKEN_INVALID(HttpStatus.UNAUTHORIZED, "The refresh token is not one of ours"),
  CODE_WRONG(HttpStatus.UNAUTHORIZED, "The code is not good"),
  CHANNEL_REFUSED(HttpStatus.UNAUTHORIZED, "The channel does not vouch for this player"),
  SESSION_ENDED(HttpStatus.UNAUTHORIZED, "The session has ended"),
  WRONG_SERVICE_CREDENTIAL(HttpStatus.UNAUTHORIZED, "The service credential is not accepted"),
  CURRENT_PASSWORD_WRONG(HttpStatus.FORBIDDEN, "The current password is wrong"),
  ACCOUNT_BANNED(HttpStatus.FORBIDDEN, "The account is banned"),
  ACCOUNT_DELETION_PENDING(HttpStatus.FORBIDDEN, "The account is about to be erased"),
  REFRESH_TOKEN_NEEDED(HttpStatus.FORBIDDEN, "This needs the refresh token, too"),
  FRESH_LOGIN_NEEDED(HttpStatus.FORBIDDEN, "This needs the password, or a login a moment ago"),
  CSRF_TOKEN_WRONG(HttpStatus.FORBIDDEN, "The request does not come from the console's page"),
  TOTP_NOT_SET_UP(HttpStatus.FORBIDDEN, "This needs a second factor"),
  TOTP_UNREADABLE(HttpStatus.FORBIDDEN, "The second factor cannot be read with this master key"),
  REAUTHENTICATION_REQUIRED(HttpStatus.FORBIDDEN, "This needs a fresh proof of who you are"),
  PERMISSION_MISSING(HttpStatus.FORBIDDEN, "You may not do this"),
  SERVER_NOT_GRANTED(HttpStatus.FORBIDDEN, "The credential is not for this game server"),
  NOT_FOUND(HttpStatus.NOT_FOUND, "There is nothing here"),
  ACCOUNT_NOT_FOUND(HttpStatus.NOT_FOUND, "There is no such account"),
  SESSION_NOT_FOUND(HttpStatus.NOT_FOUND, "There is no such session"),
  IDENTITY_NOT_FOUND(HttpStatus.NOT_FOUND, "There is no such identity"),
  SERVER_UNKNOWN(HttpStatus.NOT_FOUND, "There is no such game server"),
  BAN_NOT_FOUND(HttpStatus.NOT_FOUND, "There is no such ban"),
  BAN_BATCH_NOT_FOUND(HttpStatus.NOT_FOUND, "There is no such batch of bans"),
  APPROVAL_NOT_FOUND(HttpStatus.NOT_FOUND, "There is nothing of this id to approve"),
  METHOD_NOT_ALLOWED(HttpStatus.METHOD_NOT_ALLOWED, "This method is not offered here"),
  NOT_ACCEPTABLE(HttpStatus.NOT_ACCEPTABLE, "Answers are JSON, and the request accepts none"),
  USERNAME_TAKEN(HttpStatus.CONFLICT, "The username is taken"),
  IDENTITY_TAKEN(HttpStatus.CONFLICT, "Another account has this identity"),
  IDENTITY_BUSY(HttpStatus.CONFLICT, "This identity is being changed"),
  LAST_IDENTITY(HttpStatus.CONFLICT, "It is the last way into the account"),
  NOT_A_GUEST(HttpStatus.CONFLICT, "The account is no guest's"),
  TOO_MANY_SESSIONS(HttpStatus.CONFLICT, "The account is in use elsewhere"),
  RENAME_TOO_SOON(HttpStatus.CONFLICT, "The name was changed a short while ago"),
  IMPORT_FILE_DIFFERS(HttpStatus.CONFLICT, "The import of this name is about another file"),
  ALREADY_EXISTS(HttpStatus.CONFLICT, "There is one of this name already"),
  IN_USE(HttpStatus.CONFLICT, "Something names it, or what it names is not there"),
  LAST_SUPER_ADMIN(HttpStatus.CONFLICT, "One super admin must remain"),
  OPERATOR_EXISTS(HttpStatus.CONFLICT, "There is an operator of this name"),
  APPROVAL_NEEDS_ANOTHER(HttpStatus.CONFLICT, "Another operator has to decide"),
  APPROVAL_DECIDED(HttpStatus.CONFLICT, "It was decided already, or too late"),
  APPROVAL_CHANGED(HttpStatus.CONFLICT, "It is not what was asked for"),
  APPROVAL_NOT_EXECUTED(HttpStatus.CONFLICT, "It was not approved, or is not done"),
  BAN_BATCH_UNDONE(HttpStatus.CONFLICT, "The batch of bans was undone"),
  IDEMPOTENCY_IN_FLIGHT(HttpStatus.CONFLICT, "The first request with this key is not done yet"),
  PAYLOAD_TOO_LARGE(HttpStatus.CONTENT_TOO_LARGE, "The request body is too large"),
  REQUEST_HEAD_TOO_LARGE(
      HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "The request line or a header is too large"),
  UNSUPPORTED_MEDIA_TYPE(HttpStatus.UNSUPPORTED_MEDIA_TYPE, "The request body must be JSON"),
  IDEMPOTENCY_KEY_REUSED(
      HttpStatus.UNPROCESSABLE_CONTENT, "The Idempotency-Key was sent with another request"),
  TOO_MANY_ATTEMPTS(HttpStatus.TOO_MANY_REQUESTS, "Too many wrong guesses"),
  RATE_LIMITED(HttpStatus.TOO_MANY_REQUESTS, "Too many requests"),
  INTERNAL_ERROR(HttpStatus.INTERNAL_SERVER_ERROR, "Something failed on our side"),
  PASSWORD_HASHING_BUSY(HttpStatus.SERVICE_UNAVAILABLE, "Too many logins at this moment"),
  REQUEST_MEMORY_FULL(HttpStatus.SERVICE_UNAVAILABLE, "Too many large requests at this moment"),
  CHANNEL_UNAVAILABLE(HttpStatus.SERVICE_UNAVAILABLE, "The channel cannot be asked"),
  CODE_NOT_SENT(HttpStatus.SERVICE_UNAVAILABLE, "The code could not be sent"),
  GUESSES_UNAVAILABLE(
      HttpStatus.SERVICE_UNAVAILABLE, "The counts of wrong guesses cannot be reached"),
  CODES_UNAVAILABLE(HttpStatus.SERVICE_UNAVAILABLE, "Codes cannot be used at this moment"),
  SHARD_UNAVAILABLE(
      HttpStatus.SERVICE_UNAVAILABLE, "The part of the database for this player is away"),
  ADMIN_DATABASE_UNAVAILABLE(HttpStatus.SERVICE_UNAVAILABLE, "The admin database is away"),
  REVOCATION_FEED_UNAVAILABLE(HttpStatus.SERVICE_UNAVAILABLE, "The revocation feed is away"),
  ID_LEASE_EXPIRED(HttpStatus.SERVICE_UNAVAILABLE, "No user ids can be issued at this moment"),
  ID_LEASE_LOST(HttpStatus.SERVICE_UNAVAILABLE, "No user ids can be issued at this moment"),
  ID_STORE_UNAVAILABLE(HttpStatus.SERVICE_UNAVAILABLE, "No user ids can be issued yet"),
  ID_MACHINE_NUMBERS_EXHAUSTED(HttpStatus.SERVICE_UNAVAILABLE, "Too many processes issue user ids"),
  ID_LANE_SATURATED(
      HttpStatus.SERVICE_UNAVAILABLE, "Too many new ids for one shard at this moment"),
  ID_TIMESTAMP_OVERFLOW(HttpStatus.SERVICE_UNAVAILABLE, "The clock is beyond the last user id"),
  ID_CLOSED(HttpStatus.SERVICE_UNAVAILABLE, "This instance is stopping");

  private final HttpStatus status;
  private final String title;

  ErrorCode(HttpStatus status, String title) {
    this.status = status;
    this.title = title;
  }

  /** The HTTP status that goes with it. */
  public HttpStatus status() {
    return status;
  }

  /** The same short sentence every time (RFC 9457 section 3.1.3). */
  public String title() {
    return title;
  }
}
