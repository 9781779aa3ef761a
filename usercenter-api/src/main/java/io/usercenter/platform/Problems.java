package io.usercenter.platform;

import static java.util.Objects.requireNonNull;

import io.usercenter.id.UserIdUnavailableException;
import io.usercenter.shard.BrokenConnection;
import io.usercenter.shard.DatabaseUnavailableException;
import io.usercenter.shard.ShardUnavailableException;
import io.usercenter.shard.WriteRefusal;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.eclipse.jetty.http.HttpException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.beans.TypeMismatchException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import org.springframework.web.context.request.ServletWebRequest;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DatabindException;

/**
 * Turns whatever ends a request into a problem document (RFC 9457): {@code type}, {@code title},
 * {@code status}, {@code detail}, and our {@code code} and {@code traceId}.
 */
@RestControllerAdvice
final class Problems extends ResponseEntityExceptionHandler {
  private static final Logger log = LoggerFactory.getLogger(Problems.class);

  @ExceptionHandler
  ResponseEntity<Object> handle(ApiException e) {
    ProblemDetail problem = problem(e.code(), String.valueOf(e.getMessage()));
    e.members().forEach(problem::setProperty);
    return answer(problem, e.code().status(), e.retryAfter());
  }

  /**
   * No id for a new account or ban at this moment. The reason names processes and databases, which
   * is for the log and for health, not for players.
   */
  @ExceptionHandler
  ResponseEntity<Object> handle(UserIdUnavailableException e) {
    log.debug("no id: {}", e.getMessage()); // counted; the lease complains once
    ErrorCode code = ErrorCode.valueOf(e.code().name());
    return answer(problem(code, "nothing was done"), code.status(), retryOf(e.code()));
  }

  private static @Nullable Duration retryOf(UserIdUnavailableException.Code code) {
    return switch (code) {
      case ID_LANE_SATURATED, ID_LEASE_LOST, ID_CLOSED -> Duration.ofSeconds(1);
      case ID_LEASE_EXPIRED, ID_STORE_UNAVAILABLE -> Duration.ofSeconds(5);
      case ID_MACHINE_NUMBERS_EXHAUSTED -> Duration.ofSeconds(30);
      case ID_TIMESTAMP_OVERFLOW -> null; // no wait helps
    };
  }

  /**
   * Says what is wrong with an id in a path, in the words of the type that refused it; of a choice,
   * what there is to choose.
   */
  @Override
  protected ResponseEntity<Object> handleTypeMismatch(
      TypeMismatchException e, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
    Class<?> wanted = e.getRequiredType();
    if (wanted != null && wanted.isEnum()) {
      String detail =
          "'%s' must be one of %s"
              .formatted(e.getPropertyName(), Arrays.toString(wanted.getEnumConstants()));
      return answer(problem(codeFor(status), detail), status, null);
    }
    if (wanted != null && wanted.getPackageName().startsWith("io.usercenter")) {
      for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
        if (cause instanceof IllegalArgumentException refused
            && !(cause instanceof TypeMismatchException)
            && refused.getMessage() != null) {
          return answer(problem(codeFor(status), refused.getMessage()), status, null);
        }
      }
    }
    return requireNonNull(super.handleTypeMismatch(e, headers, status, request));
  }

  /**
   * What nobody foresaw. A database that is away hides deep in the causes of others' exceptions.
   */
  @ExceptionHandler
  ResponseEntity<Object> handle(Exception e, HttpServletRequest request) {
    Optional<DatabaseUnavailableException> away = DatabaseUnavailableException.in(e);
    if (away.isPresent()) {
      return away(away.get());
    }
    if (e instanceof HttpException refused && refused.getCode() == 503) {
      return noRoomForBody();
    }
    if (e instanceof HttpException refused
        && HttpStatus.valueOf(refused.getCode()).is4xxClientError()) {
      // Jetty reads queries and forms when they are asked for, and only then sees bad escapes.
      ErrorCode code = codeFor(HttpStatusCode.valueOf(refused.getCode()));
      return answer(problem(code, "the query or the form cannot be read"), code.status(), null);
    }
    Optional<SQLException> unwritable = sqlException(e, WriteRefusal::is);
    if (unwritable.isPresent()) {
      log.warn(
          "{} {}: a database cannot write: {}",
          request.getMethod(),
          request.getRequestURI(),
          unwritable.get().toString());
      return answer(
          problem(
              ErrorCode.SHARD_UNAVAILABLE, "the database cannot write at this moment: ask again"),
          HttpStatus.SERVICE_UNAVAILABLE,
          Duration.ofSeconds(5));
    }
    if (sqlException(e, BrokenConnection::is).isPresent()) {
      log.warn(
          "{} {}: a connection broke: {}",
          request.getMethod(),
          request.getRequestURI(),
          e.toString());
      return answer(
          problem(
              ErrorCode.SHARD_UNAVAILABLE,
              "the connection broke before the answer came, so it may be done or not: ask again"),
          HttpStatus.SERVICE_UNAVAILABLE,
          Duration.ofSeconds(1));
    }
    log.error("{} {} failed", request.getMethod(), request.getRequestURI(), e);
    return answer(
        problem(ErrorCode.INTERNAL_ERROR, "the log has the details under the trace id"),
        HttpStatus.INTERNAL_SERVER_ERROR,
        null);
  }

  /** The reason names hosts and users of the database, which is for the log, not for players. */
  private static ResponseEntity<Object> away(DatabaseUnavailableException away) {
    log.debug("a database is away", away);
    ProblemDetail problem;
    if (away instanceof ShardUnavailableException shard) {
      problem =
          problem(
              ErrorCode.SHARD_UNAVAILABLE,
              "shard %s is away or busy; nothing was done".formatted(shard.shard()));
      problem.setProperty("shard", shard.shard().toString());
    } else {
      problem = problem(ErrorCode.ADMIN_DATABASE_UNAVAILABLE, "nothing was done");
    }
    return answer(problem, HttpStatus.SERVICE_UNAVAILABLE, away.retryAfter());
  }

  /**
   * One of this kind. It may be the cause, the next exception of a failed commit, or what a failed
   * rollback hides.
   */
  private static Optional<SQLException> sqlException(
      @Nullable Throwable thrown, Predicate<SQLException> kind) {
    if (thrown == null) {
      return Optional.empty();
    }
    Optional<SQLException> found = Optional.empty();
    if (thrown instanceof SQLException sql) {
      found = kind.test(sql) ? Optional.of(sql) : sqlException(sql.getNextException(), kind);
    } else if (thrown instanceof TransactionSystemException failed) {
      found = sqlException(failed.getOriginalException(), kind);
    }
    return found.or(() -> sqlException(thrown.getCause(), kind));
  }

  @Override
  protected ResponseEntity<Object> handleMethodArgumentNotValid(
      MethodArgumentNotValidException e,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    ProblemDetail problem = problem(ErrorCode.VALIDATION_FAILED, "see errors");
    List<FieldProblem> errors =
        e.getBindingResult().getFieldErrors().stream()
            .map(f -> new FieldProblem(f.getField(), String.valueOf(f.getDefaultMessage())))
            .sorted()
            .toList();
    problem.setProperty("errors", errors);
    return answer(problem, status, null);
  }

  @Override
  protected ResponseEntity<Object> handleHttpMessageNotReadable(
      HttpMessageNotReadableException e,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof HttpException http && http.getCode() == 413) {
        return answer(
            problem(ErrorCode.PAYLOAD_TOO_LARGE, "the body is larger than the service reads"),
            HttpStatus.CONTENT_TOO_LARGE,
            null);
      }
      if (cause instanceof HttpException http && http.getCode() == 503) {
        return noRoomForBody();
      }
    }
    return answer(problem(ErrorCode.MALFORMED_REQUEST, whyUnreadable(e)), status, null);
  }

  /** Of {@link BodyLimits}. */
  private static ResponseEntity<Object> noRoomForBody() {
    return answer(
        problem(
            ErrorCode.REQUEST_MEMORY_FULL,
            "the bodies of other requests take what there is for them: ask again"),
        HttpStatus.SERVICE_UNAVAILABLE,
        Duration.ofSeconds(1));
  }

  /** Says where the JSON is wrong without repeating what the caller sent. */
  private static String whyUnreadable(HttpMessageNotReadableException e) {
    if (e.getCause() instanceof DatabindException bind && !bind.getPath().isEmpty()) {
      return "the value at '%s' has the wrong type or form".formatted(pathOf(bind));
    }
    if (e.getCause() instanceof JacksonException json && json.getLocation() != null) {
      return "the body is not JSON: line %d, column %d"
          .formatted(json.getLocation().getLineNr(), json.getLocation().getColumnNr());
    }
    return "the body is missing or is not JSON";
  }

  private static String pathOf(DatabindException e) {
    StringBuilder path = new StringBuilder();
    for (JacksonException.Reference step : e.getPath()) {
      if (step.getPropertyName() != null) {
        path.append(path.isEmpty() ? "" : ".").append(step.getPropertyName());
      } else {
        path.append('[').append(step.getIndex()).append(']');
      }
    }
    return path.toString();
  }

  /** Everything Spring MVC itself refuses: 404, 405, 406, 415 and parameters of the wrong form. */
  @Override
  protected ResponseEntity<Object> handleExceptionInternal(
      Exception e,
      @Nullable Object body,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    String detail =
        body instanceof ProblemDetail given && given.getDetail() != null
            ? given.getDetail()
            : "the request cannot be answered";
    ResponseEntity<Object> answer = answer(problem(codeFor(status), detail), status, null);
    HttpHeaders merged = new HttpHeaders();
    merged.putAll(headers);
    merged.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
    if (status.is5xxServerError() && request instanceof ServletWebRequest servlet) {
      log.error("{} failed", servlet.getRequest().getRequestURI(), e);
    }
    return new ResponseEntity<>(answer.getBody(), merged, status);
  }

  static ErrorCode codeFor(HttpStatusCode status) {
    return switch (status.value()) {
      case 401 -> ErrorCode.CREDENTIALS_MISSING;
      case 403 -> ErrorCode.PERMISSION_MISSING;
      case 404 -> ErrorCode.NOT_FOUND;
      case 405 -> ErrorCode.METHOD_NOT_ALLOWED;
      case 406 -> ErrorCode.NOT_ACCEPTABLE;
      case 413 -> ErrorCode.PAYLOAD_TOO_LARGE;
      case 414, 431 -> ErrorCode.REQUEST_HEAD_TOO_LARGE;
      case 415 -> ErrorCode.UNSUPPORTED_MEDIA_TYPE;
      case 429 -> ErrorCode.RATE_LIMITED;
      case 501, 505 -> ErrorCode.MALFORMED_REQUEST; // no HTTP that is spoken here
      default -> status.is5xxServerError() ? ErrorCode.INTERNAL_ERROR : ErrorCode.MALFORMED_REQUEST;
    };
  }

  static ProblemDetail problem(ErrorCode code, String detail) {
    ProblemDetail problem = ProblemDetail.forStatusAndDetail(code.status(), detail);
    problem.setType(URI.create("urn:usercenter:error:" + code.name()));
    problem.setTitle(code.title());
    problem.setProperty("code", code.name());
    String traceId = MDC.get("traceId");
    if (traceId != null) {
      problem.setProperty("traceId", traceId);
    }
    return problem;
  }

  private static ResponseEntity<Object> answer(
      ProblemDetail problem, HttpStatusCode status, @Nullable Duration retryAfter) {
    ResponseEntity.BodyBuilder answer =
        ResponseEntity.status(status).contentType(MediaType.APPLICATION_PROBLEM_JSON);
    if (status.value() == 401) {
      answer.header(HttpHeaders.WWW_AUTHENTICATE, challenge(problem));
    }
    if (retryAfter != null) {
      answer.header(
          HttpHeaders.RETRY_AFTER,
          Long.toString(Math.max(1, retryAfter.plusMillis(999).toSeconds())));
    }
    return answer.body(problem);
  }

  /**
   * RFC 9110 section 11.6.1: a 401 names a scheme that would do. Game servers use Basic. Who sent a
   * token that is no good is told so (RFC 6750 section 3.1), who sent none is not.
   */
  private static String challenge(ProblemDetail problem) {
    if (RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes request
        && request.getRequest().getRequestURI().startsWith("/server/")) {
      return "Basic realm=\"usercenter\"";
    }
    String bearer = "Bearer realm=\"usercenter\"";
    Map<String, Object> properties = problem.getProperties();
    return properties != null && ErrorCode.TOKEN_REJECTED.name().equals(properties.get("code"))
        ? bearer + ", error=\"invalid_token\", error_description=\"" + problem.getDetail() + "\""
        : bearer;
  }

  /** One field that cannot be accepted, and why. */
  record FieldProblem(String field, String message) implements Comparable<FieldProblem> {
    @Override
    public int compareTo(FieldProblem other) {
      int byField = field.compareTo(other.field);
      return byField != 0 ? byField : message.compareTo(other.message);
    }
  }
}
