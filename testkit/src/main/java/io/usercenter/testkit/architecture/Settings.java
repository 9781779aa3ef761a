package io.usercenter.testkit.architecture;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ClassPathResource;

/** The settings of an application, as its records and its {@code application.yml} declare them. */
public final class Settings {
  /** Stands where there is no default, or no environment variable. */
  public static final String NONE = "-";

  private static final Pattern VARIABLE = Pattern.compile("\\$\\{(UC_[A-Z_]+):?(.*)}");

  private Settings() {}

  /**
   * A setting.
   *
   * @param property {@code usercenter.redis.url}
   * @param variable the environment variable that sets it, or {@link #NONE}
   * @param standard what it is when nobody sets it, or {@link #NONE}
   */
  public record Setting(String property, String variable, String standard) {}

  /**
   * All components of the records, then what else {@code application.yml} takes from the
   * environment; sorted by name.
   *
   * @param records annotated with {@link ConfigurationProperties}
   */
  public static List<Setting> of(List<Class<?>> records) throws IOException {
    Map<String, String> yml = applicationYml();
    Map<String, Setting> settings = new TreeMap<>();
    yml.forEach(
        (property, value) -> {
          Matcher variable = VARIABLE.matcher(value);
          if (variable.matches()) {
            String standard = variable.group(2).isEmpty() ? NONE : variable.group(2);
            settings.put(property, new Setting(property, variable.group(1), standard));
          }
        });
    for (Class<?> type : records) {
      for (RecordComponent component : type.getRecordComponents()) {
        String property = prefixOf(type) + "." + kebab(component.getName());
        String declared = declaredDefault(type, component.getName());
        Setting inYml = settings.get(property);
        if (inYml == null) {
          settings.put(property, new Setting(property, NONE, declared));
        } else if (inYml.standard().equals(NONE)) {
          settings.put(property, new Setting(property, inYml.variable(), declared));
        } else if (!declared.equals(NONE) && !declared.equals(inYml.standard())) {
          throw new IllegalStateException(
              "%s has the default %s in application.yml and %s in %s"
                  .formatted(property, inYml.standard(), declared, type.getName()));
        }
      }
    }
    return List.copyOf(settings.values());
  }

  /** The prefix that a record's properties have. */
  public static String prefixOf(Class<?> record) {
    return record.getAnnotation(ConfigurationProperties.class).prefix();
  }

  /** {@code memory-kib} for {@code memoryKib}. */
  public static String kebab(String name) {
    return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }

  private static String declaredDefault(Class<?> type, String component) {
    for (var parameter : type.getDeclaredConstructors()[0].getParameters()) {
      @Nullable DefaultValue standard = parameter.getAnnotation(DefaultValue.class);
      if (parameter.getName().equals(component) && standard != null) {
        String text = String.join(",", standard.value());
        return text.isEmpty() ? NONE : text;
      }
    }
    return NONE;
  }

  private static Map<String, String> applicationYml() throws IOException {
    List<PropertySource<?>> sources =
        new ArrayList<>(
            new YamlPropertySourceLoader().load("yml", new ClassPathResource("application.yml")));
    Map<String, String> values = new TreeMap<>();
    for (PropertySource<?> source : sources) {
      if (source instanceof EnumerablePropertySource<?> all) {
        for (String name : all.getPropertyNames()) {
          values.put(name, String.valueOf(all.getProperty(name)));
        }
      }
    }
    return values;
  }
}
