package io.usercenter.trace;

import java.net.URI;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where traces go.
 *
 * @param endpoint of an OpenTelemetry collector, OTLP over HTTP, with its path: {@code
 *     http://collector:4318/v1/traces}; empty sends none; default empty
 * @param sampling which part of the requests is traced whose caller does not decide; 0 to 1,
 *     default 0.01
 */
@ConfigurationProperties(prefix = "usercenter.traces", ignoreUnknownFields = false)
public record TraceSettings(
    @DefaultValue("") String endpoint, @DefaultValue("0.01") double sampling) {
  public TraceSettings {
    if (!endpoint.isEmpty() && !isHttp(endpoint)) {
      throw new IllegalArgumentException(
          "usercenter.traces.endpoint must be a URL like http://collector:4318/v1/traces");
    }
    if (!(sampling >= 0 && sampling <= 1)) { // NaN too
      throw new IllegalArgumentException(
          "usercenter.traces.sampling must be 0 to 1, was " + sampling);
    }
  }

  private static boolean isHttp(String url) {
    URI uri;
    try {
      uri = URI.create(url);
    } catch (IllegalArgumentException e) {
      return false;
    }
    return uri.getHost() != null
        && uri.getUserInfo() == null
        && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()));
  }
}
