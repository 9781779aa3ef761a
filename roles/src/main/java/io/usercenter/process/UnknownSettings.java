package io.usercenter.process;

import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.util.StringUtils;

/**
 * Stops the start for a setting that neither application has, with its name in the message. Spring
 * Boot itself refuses unknown names in groups that it knows, but none that are environment
 * variables or system properties.
 */
final class UnknownSettings
    implements ApplicationContextInitializer<ConfigurableApplicationContext> {
  /** What Kubernetes sets for the ports of a Service {@code usercenter-api}. */
  private static final Pattern SERVICE_LINK =
      Pattern.compile(".+_(SERVICE_HOST|SERVICE_PORT(_.+)?|PORT_[0-9]+_(TCP|UDP|SCTP)(_.+)?)");

  private final KnownSettings known = new KnownSettings();

  @Override
  public void initialize(ConfigurableApplicationContext context) {
    TreeSet<String> unknown = new TreeSet<>();
    for (PropertySource<?> source : context.getEnvironment().getPropertySources()) {
      if (source instanceof EnumerablePropertySource<?> names) {
        for (String name : names.getPropertyNames()) {
          if (isUnknownProperty(name)) {
            unknown.add(message(name, known.likeProperty(name)));
          } else if (isUnknownVariable(name, source)) {
            unknown.add(message(name, known.likeVariable(name)));
          }
        }
      }
    }
    if (!unknown.isEmpty()) {
      throw new Found(String.join("\n", unknown));
    }
  }

  private boolean isUnknownProperty(String name) {
    return StringUtils.startsWithIgnoreCase(name, "usercenter.") && !known.hasProperty(name);
  }

  private boolean isUnknownVariable(String name, PropertySource<?> source) {
    return source instanceof SystemEnvironmentPropertySource
        && StringUtils.startsWithIgnoreCase(name, "usercenter_")
        && !known.hasVariable(name)
        && !isServiceLink(name, source);
  }

  /** {@code USERCENTER_API_PORT} looks like a setting, but has a value like tcp://10.0.0.1:8080. */
  private static boolean isServiceLink(String variable, PropertySource<?> environment) {
    return SERVICE_LINK.matcher(variable).matches()
        || (variable.endsWith("_PORT")
            && String.valueOf(environment.getProperty(variable)).contains("://"));
  }

  private static String message(String name, Optional<String> like) {
    return name + " is no setting" + like.map(" (did you mean %s?)"::formatted).orElse("");
  }

  /** The settings that are unknown, a line for each; without their values. */
  static final class Found extends RuntimeException {
    private static final long serialVersionUID = 1;

    Found(String message) {
      super(message);
    }
  }

  /** Says so without a stack trace. */
  static final class Analyzer extends AbstractFailureAnalyzer<Found> {
    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, Found found) {
      return new FailureAnalysis(
          found.getMessage(),
          "Correct or remove it. docs/configuration.md has all settings.",
          found);
    }
  }
}
