package io.usercenter.note;

import com.fasterxml.jackson.annotation.JsonFormat;
import java.time.Instant;

/**
 * A note about a player.
 *
 * @param operator who wrote it
 */
public record AccountNote(
    @JsonFormat(shape = JsonFormat.Shape.STRING) long noteId,
    Instant at,
    String operator,
    String text) {}
