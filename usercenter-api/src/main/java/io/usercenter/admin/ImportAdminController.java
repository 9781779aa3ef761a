package io.usercenter.admin;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.usercenter.idempotency.Idempotent;
import io.usercenter.platform.ApiException;
import io.usercenter.platform.ErrorCode;
import io.usercenter.platform.PageSize;
import io.usercenter.transfer.FileFormat;
import io.usercenter.transfer.ImportJob;
import io.usercenter.transfer.ImportProgress;
import io.usercenter.transfer.Reject;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Taking over accounts of other systems. {@code docs/import.md} has the format of the files. */
@RestController
final class ImportAdminController {
  private static final int MOST_REJECTS = 1_000;

  private final Imports imports;
  private final AdminActions actions;

  ImportAdminController(Imports imports, AdminActions actions) {
    this.imports = imports;
    this.actions = actions;
  }

  @Operation(
      summary = "Import accounts from a CSV or NDJSON file, which is the body",
      description =
          "Needs `ACCOUNT_IMPORT` and a fresh proof. Answers when the whole file is kept; what"
              + " becomes of it is at `/admin/v1/imports/{jobId}`. The same name with the same"
              + " file is the same import, so send it again after a lost answer; with another"
              + " file `409 IMPORT_FILE_DIFFERS`. It stops when more than `maxRejects` lines are"
              + " rejected. `docs/import.md` has the format.")
  @PostMapping(
      path = "/admin/v1/imports",
      consumes = {"text/csv", "application/x-ndjson"})
  @ResponseStatus(HttpStatus.ACCEPTED)
  @io.swagger.v3.oas.annotations.parameters.RequestBody(
      required = true,
      content = {
        @Content(mediaType = "text/csv", schema = @Schema(type = "string")),
        @Content(mediaType = "application/x-ndjson", schema = @Schema(type = "string"))
      })
  ImportView start(
      Operator operator,
      @RequestParam String name,
      @RequestParam(defaultValue = "10000") long maxRejects,
      HttpServletRequest request) {
    return actions.run(
        operator,
        Permission.ACCOUNT_IMPORT,
        "IMPORT_ACCOUNTS",
        null,
        name.substring(0, Math.min(name.length(), 64)),
        _ -> {
          if (!name.matches(ImportJob.NAME)) {
            throw new ApiException(
                ErrorCode.VALIDATION_FAILED, "name must be 1 to 64 of A-Z a-z 0-9 . _ -");
          }
          requireNotNegative(maxRejects);
          try {
            return ImportView.of(
                imports.receive(
                    name, formatOf(request), maxRejects, request.getInputStream(), operator.name()),
                null);
          } catch (java.io.IOException e) {
            throw new ApiException(ErrorCode.MALFORMED_REQUEST, "the body cannot be read");
          }
        });
  }

  private static void requireNotNegative(long maxRejects) {
    if (maxRejects < 0) {
      throw new ApiException(ErrorCode.VALIDATION_FAILED, "maxRejects must be 0 or more");
    }
  }

  private static FileFormat formatOf(HttpServletRequest request) {
    MediaType sent = MediaType.parseMediaType(String.valueOf(request.getContentType()));
    return sent.isCompatibleWith(MediaType.parseMediaType(FileFormat.CSV.mediaType()))
        ? FileFormat.CSV
        : FileFormat.NDJSON;
  }

  @Operation(
      summary = "List the newest 50 imports, those that a command runs included",
      description = "Needs `IMPORT_READ`.")
  @GetMapping("/admin/v1/imports")
  ImportList list(Operator operator) {
    actions.require(operator, Permission.IMPORT_READ, "VIEW_IMPORTS", null);
    return new ImportList(imports.newest().stream().map(job -> ImportView.of(job, null)).toList());
  }

  @Operation(
      summary = "Show an import and how far it is",
      description = "Needs `IMPORT_READ`. The numbers of `shardsAway` are missing in it.")
  @GetMapping("/admin/v1/imports/{jobId}")
  ImportView byId(Operator operator, @PathVariable String jobId) {
    actions.require(operator, Permission.IMPORT_READ, "VIEW_IMPORTS", null);
    ImportJob job = existing(jobId);
    return ImportView.of(job, imports.progress(job.jobId()));
  }

  @Operation(
      summary = "List the rejected lines of an import, in the order of the file",
      description = "Needs `IMPORT_READ`.")
  @GetMapping("/admin/v1/imports/{jobId}/rejects")
  RejectList rejects(
      Operator operator,
      @PathVariable String jobId,
      @RequestParam(defaultValue = "0") long after,
      @RequestParam(defaultValue = "100") @PageSize(most = MOST_REJECTS) int limit) {
    actions.require(operator, Permission.IMPORT_READ, "VIEW_IMPORTS", null);
    Arguments.requireLimit(limit, MOST_REJECTS);
    List<Reject> page = imports.rejects(existing(jobId).jobId(), after, limit);
    return new RejectList(page, page.size() < limit ? null : page.getLast().line());
  }

  @Operation(
      summary = "Let an import go on that was stopped",
      description =
          "Needs `ACCOUNT_IMPORT` and a fresh proof. It was stopped by too many rejects, then give"
              + " a larger `maxRejects`, or by a shard that was away. One in any other state is"
              + " left as it is.")
  @Idempotent
  @PostMapping("/admin/v1/imports/{jobId}:continue")
  ImportView goOn(
      Operator operator,
      @PathVariable String jobId,
      @RequestParam(defaultValue = "10000") long maxRejects) {
    return actions.run(
        operator,
        Permission.ACCOUNT_IMPORT,
        "CONTINUE_IMPORT",
        null,
        jobId.substring(0, Math.min(jobId.length(), 64)),
        _ -> {
          requireNotNegative(maxRejects);
          boolean _ = imports.goOn(existing(jobId).jobId(), maxRejects);
          return ImportView.of(existing(jobId), null);
        });
  }

  private ImportJob existing(String jobId) {
    return imports
        .byId(Arguments.id(jobId))
        .orElseThrow(() -> new ApiException(ErrorCode.NOT_FOUND, "no import has this id"));
  }

  /**
   * An import.
   *
   * @param source {@code UPLOAD}, or {@code FILE} for one that a command runs
   * @param state {@code WAITING}, {@code RUNNING}, {@code STOPPED}, {@code FAILED}, {@code DONE}
   * @param detail why it was stopped or failed
   * @param runner the process that works on it, or did last
   * @param progress absent in lists
   */
  record ImportView(
      String jobId,
      String name,
      String source,
      String format,
      long bytes,
      String sha256,
      long maxRejects,
      String state,
      String detail,
      String runner,
      String createdBy,
      Instant createdAt,
      @Nullable Instant endedAt,
      @Nullable ProgressView progress) {
    static ImportView of(ImportJob job, @Nullable ImportProgress progress) {
      return new ImportView(
          Long.toString(job.jobId()),
          job.name(),
          job.source().name(),
          job.format().name(),
          job.bytes(),
          job.sha256(),
          job.maxRejects(),
          job.state().name(),
          job.detail(),
          job.runner(),
          job.createdBy(),
          job.createdAt(),
          job.endedAt(),
          progress == null ? null : ProgressView.of(progress));
    }
  }

  /**
   * How far it is, as the shards know it.
   *
   * @param rejects lines by the code of their reason
   * @param shardsAway their numbers are missing
   */
  record ProgressView(
      long imported,
      long rejected,
      Map<String, Long> rejects,
      List<ShardProgressView> shards,
      List<String> shardsAway) {
    static ProgressView of(ImportProgress progress) {
      return new ProgressView(
          progress.imported(),
          progress.rejected(),
          progress.rejects(),
          progress.shards().entrySet().stream()
              .map(
                  shard ->
                      new ShardProgressView(
                          shard.getKey().toString(),
                          shard.getValue().imported(),
                          shard.getValue().rejected(),
                          shard.getValue().complete()))
              .toList(),
          progress.away().stream().map(Objects::toString).toList());
    }
  }

  /**
   * @param shard two digits
   * @param complete whether the file has no more lines for it
   */
  record ShardProgressView(String shard, long imported, long rejected, boolean complete) {}

  /** Imports, the newest first. */
  record ImportList(List<ImportView> imports) {}

  /**
   * @param next for {@code after} of the next page; absent on the last one
   */
  record RejectList(List<Reject> rejects, @Nullable Long next) {}
}
