package io.usercenter.platform;

import java.util.Map;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** Settings as they come from a file: what is not said is the default. */
final class BoundSettings {
  private BoundSettings() {}

  /**
   * @param said by their names below {@code usercenter.http}
   */
  static HttpSettings http(Map<String, ?> said) {
    MapConfigurationPropertySource source = new MapConfigurationPropertySource();
    said.forEach((name, value) -> source.put("usercenter.http." + name, value));
    return new Binder(source).bindOrCreate("usercenter.http", HttpSettings.class);
  }
}
