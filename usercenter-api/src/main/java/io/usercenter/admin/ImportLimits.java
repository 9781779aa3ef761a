package io.usercenter.admin;

import io.usercenter.platform.Bounds;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * What imports by HTTP may take.
 *
 * @param maxUpload larger files get 413; they are kept in the admin database until they are
 *     imported; default 256 MB
 * @param parallel transactions at a time, each of which takes a connection from requests, and a
 *     second one while it claims characters; less than the connections of an instance; default 2
 */
@Validated
@ConfigurationProperties(prefix = "usercenter.imports", ignoreUnknownFields = false)
record ImportLimits(
    @DefaultValue("256MB") DataSize maxUpload, @DefaultValue("2") @Min(1) @Max(32) int parallel) {

  ImportLimits {
    Bounds.require(
        "usercenter.imports.max-upload",
        maxUpload,
        DataSize.ofMegabytes(1),
        DataSize.ofGigabytes(16));
  }
}
