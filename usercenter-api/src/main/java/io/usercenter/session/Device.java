package io.usercenter.session;

import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/**
 * The device a player uses, as the client tells it; nothing is trusted because of it.
 *
 * @param id 1 to 128 characters, or null
 * @param deviceClass {@code mobile}, {@code pc}, {@code web} ...: 1 to 16 of a-z, 0-9, - ; null
 *     means {@code unknown}
 */
public record Device(
    @Nullable @Size(min = 1, max = 128, message = "must have 1 to 128 characters") String id,
    @Nullable
        @Pattern(regexp = "[a-z0-9-]{1,16}", message = "must be 1 to 16 of a-z 0-9 -")
        @JsonProperty("class")
        String deviceClass) {
  /** Nothing is known. */
  public static final Device UNKNOWN = new Device(null, null);

  String classOrUnknown() {
    return deviceClass == null ? "unknown" : deviceClass;
  }
}
