package io.usercenter.architecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaParameter;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.swagger.v3.oas.annotations.media.Schema;
import io.usercenter.platform.Caller;
import io.usercenter.platform.Secret;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;

/** What goes in and out over HTTP. */
final class HttpConditions {
  /** Must not be told to anybody. A token is told to whom it belongs to. */
  private static final Pattern SECRET =
      Pattern.compile("(?i).*(password|passphrase|secret|hash|salt|privateKey|sealed).*");

  private static final Pattern SECRET_OR_TOKEN =
      Pattern.compile(
          "(?i).*(password|secret|hash|salt|privateKey|sealed|accessToken|refreshToken|^tokens?$).*");

  private HttpConditions() {}

  static DescribedPredicate<JavaMethod> answerRequests() {
    return DescribedPredicate.describe(
        "answer requests",
        method ->
            method.isAnnotatedWith(RequestMapping.class)
                || method.isMetaAnnotatedWith(RequestMapping.class));
  }

  /** The caller's keys are his own. */
  static ArchCondition<JavaMethod> takeACaller() {
    return new ArchCondition<>("take a caller") {
      @Override
      public void check(JavaMethod method, ConditionEvents events) {
        boolean known =
            method.getRawParameterTypes().stream().anyMatch(p -> p.isAssignableTo(Caller.class));
        events.add(
            new SimpleConditionEvent(method, known, method.getFullName() + " takes no caller"));
      }
    };
  }

  /**
   * @param allowed components that may be told, each as {@code full.Class$Name.component}
   */
  static ArchCondition<JavaMethod> answerWithoutSecrets(String... allowed) {
    Set<String> told = Set.of(allowed);
    return new ArchCondition<>("answer without secrets, except " + told) {
      @Override
      public void check(JavaMethod method, ConditionEvents events) {
        for (JavaField component : componentsWithin(List.of(method.getReturnType()))) {
          if (SECRET.matcher(component.getName()).matches() && !told.contains(nameOf(component))) {
            events.add(
                SimpleConditionEvent.violated(
                    method, method.getFullName() + " answers with " + nameOf(component)));
          }
        }
      }
    };
  }

  /** The peer is the proxy, and whoever reads a header of proxies by himself believes anybody. */
  static ArchCondition<JavaClass> askTheContainerForTheClient() {
    return new ArchCondition<>("ask the container for the client") {
      @Override
      public void check(JavaClass checked, ConditionEvents events) {
        for (JavaMethodCall call : checked.getMethodCallsFromSelf()) {
          boolean asks = call.getTarget().getName().matches("getRemote(Addr|Host|Port)");
          events.add(new SimpleConditionEvent(call, asks, call.getDescription()));
        }
      }
    };
  }

  static ArchCondition<JavaMethod> takeSecretsAsSecret() {
    return new ArchCondition<>("take secrets as " + Secret.class.getSimpleName()) {
      @Override
      public void check(JavaMethod method, ConditionEvents events) {
        List<JavaType> bodies =
            method.getParameters().stream()
                .filter(parameter -> parameter.isAnnotatedWith(RequestBody.class))
                .map(JavaParameter::getType)
                .toList();
        for (JavaField component : componentsWithin(bodies)) {
          if (SECRET_OR_TOKEN.matcher(component.getName()).matches()
              && !component.getOwner().isEquivalentTo(Secret.class)
              && component.getType().getAllInvolvedRawTypes().stream()
                  .noneMatch(type -> type.isEquivalentTo(Secret.class))) {
            events.add(
                SimpleConditionEvent.violated(
                    method,
                    method.getFullName() + " takes " + nameOf(component) + " as plain text"));
          }
        }
      }
    };
  }

  /** The text that Java writes for a record shows every component to every log. */
  static ArchCondition<JavaClass> redactSecrets() {
    return new ArchCondition<>("redact secrets in their text") {
      @Override
      public void check(JavaClass checked, ConditionEvents events) {
        boolean ownText = lineOf(checked, "toString") != lineOf(checked, "hashCode");
        for (JavaField component : components(checked)) {
          if (component.getRawType().isEquivalentTo(String.class)
              && SECRET_OR_TOKEN.matcher(component.getName()).matches()
              && !ownText) {
            events.add(
                SimpleConditionEvent.violated(
                    checked, nameOf(component) + " is shown by toString()"));
          }
        }
      }
    };
  }

  /** What Java writes itself has the line of the record. */
  private static int lineOf(JavaClass type, String method) {
    return type.tryGetMethod(method).map(m -> m.getSourceCodeLocation().getLineNumber()).orElse(0);
  }

  /** The types in requests and answers, by the names that the OpenAPI document gives them. */
  static Map<String, Set<String>> schemaNames(JavaClasses classes) {
    Map<String, Set<String>> names = new TreeMap<>();
    for (JavaClass controller : classes) {
      for (JavaMethod method : controller.getMethods()) {
        if (answerRequests().test(method)) {
          List<JavaType> roots = new ArrayList<>();
          roots.add(method.getReturnType());
          method.getParameters().stream()
              .filter(parameter -> parameter.isAnnotatedWith(RequestBody.class))
              .forEach(parameter -> roots.add(parameter.getType()));
          for (JavaClass type : typesWithin(roots)) {
            String name =
                type.tryGetAnnotationOfType(Schema.class)
                    .map(Schema::name)
                    .orElse(type.getSimpleName());
            names.computeIfAbsent(name, _ -> new TreeSet<>()).add(type.getName());
          }
        }
      }
    }
    return names;
  }

  private static List<JavaField> componentsWithin(List<JavaType> roots) {
    return typesWithin(roots).stream().flatMap(type -> components(type).stream()).toList();
  }

  private static Set<JavaClass> typesWithin(List<JavaType> roots) {
    Set<JavaClass> seen = new LinkedHashSet<>();
    List<JavaClass> open = new ArrayList<>();
    roots.forEach(root -> open.addAll(root.getAllInvolvedRawTypes()));
    while (!open.isEmpty()) {
      JavaClass type = open.removeFirst();
      boolean ours =
          type.getPackageName().startsWith("io.usercenter")
              || type.getPackageName().startsWith("io.planted");
      if (!ours || !seen.add(type)) {
        continue;
      }
      for (JavaField component : components(type)) {
        open.addAll(component.getType().getAllInvolvedRawTypes());
      }
    }
    return seen;
  }

  private static List<JavaField> components(JavaClass type) {
    return type.getFields().stream()
        .filter(field -> !field.getModifiers().contains(JavaModifier.STATIC))
        .toList();
  }

  private static String nameOf(JavaField component) {
    return component.getOwner().getName() + "." + component.getName();
  }
}
