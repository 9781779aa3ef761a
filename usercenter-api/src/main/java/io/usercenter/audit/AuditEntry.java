package io.usercenter.audit;

import com.fasterxml.jackson.annotation.JsonFormat;
import io.usercenter.id.UserId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One line of the record.
 *
 * @param action {@code BAN}, {@code FORCE_LOGOUT} ...
 * @param outcome {@code INTENDED} before, {@code DONE} or an error code after
 */
public record AuditEntry(
    @JsonFormat(shape = JsonFormat.Shape.STRING) long auditId,
    Instant at,
    String operator,
    String action,
    @Nullable UserId targetUserId,
    String detail,
    String outcome,
    String ip,
    String traceId) {}
