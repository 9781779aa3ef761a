package io.usercenter.architecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAnnotation;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaParameter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.usercenter.id.UserId;
import io.usercenter.id.Username;
import io.usercenter.identity.Identity;
import io.usercenter.platform.ShardMapper;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.ibatis.annotations.Delete;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;

/** What mappers over the shards must be like. */
final class MapperConditions {
  private static final List<Class<?>> STATEMENTS =
      List.of(Select.class, Insert.class, Update.class, Delete.class);

  private MapperConditions() {}

  /** Mappers over the shards, and what they inherit their statements from. */
  static DescribedPredicate<JavaClass> haveStatementsOnShards() {
    return DescribedPredicate.describe(
        "have statements on shards",
        c ->
            Stream.concat(Stream.of(c), c.getAllSubclasses().stream())
                .anyMatch(mapper -> mapper.isAnnotatedWith(ShardMapper.class)));
  }

  /**
   * The first parameter is a user id, a username, an identity, or a record that holds one, and the
   * statement uses it. A ban id or a session id does not do: the tables are sharded by user id, so
   * ShardingSphere would ask all shards.
   */
  static ArchCondition<JavaMethod> routeByTheFirstParameter() {
    return new ArchCondition<>("route by their first parameter") {
      @Override
      public void check(JavaMethod method, ConditionEvents events) {
        if (!method.getModifiers().contains(JavaModifier.ABSTRACT)) {
          return;
        }
        Optional<JavaParameter> first = method.getParameters().stream().findFirst();
        if (first.isEmpty() || !routes(first.get())) {
          violated(
              method,
              "must have a UserId, a username or a record with one as first parameter",
              events);
          return;
        }
        String name = nameOf(first.get());
        if (!sqlOf(method).contains("#{" + name)) {
          violated(method, "does not use its first parameter, #{" + name + "}", events);
        }
      }
    };
  }

  private static void violated(JavaMethod method, String why, ConditionEvents events) {
    events.add(
        SimpleConditionEvent.violated(
            method,
            "%s.%s %s".formatted(method.getOwner().getSimpleName(), method.getName(), why)));
  }

  private static boolean routes(JavaParameter parameter) {
    JavaClass type = parameter.getRawType();
    if (type.isRecord() && !isKey(type)) {
      return type.getFields().stream().anyMatch(field -> isKey(field.getRawType()));
    }
    boolean text = type.isEquivalentTo(String.class);
    return text ? nameOf(parameter).equals("username") : isKey(type);
  }

  private static boolean isKey(JavaClass type) {
    return type.isEquivalentTo(UserId.class)
        || type.isEquivalentTo(Username.class)
        || type.isEquivalentTo(Identity.class);
  }

  private static String nameOf(JavaParameter parameter) {
    return parameter
        .tryGetAnnotationOfType(Param.class)
        .map(Param::value)
        .orElse("nothing: it has no @Param");
  }

  private static String sqlOf(JavaMethod method) {
    return method.getAnnotations().stream()
        .filter(a -> STATEMENTS.stream().anyMatch(s -> a.getRawType().isEquivalentTo(s)))
        .map(MapperConditions::textOf)
        .collect(Collectors.joining(" "));
  }

  private static String textOf(JavaAnnotation<?> statement) {
    Object value = statement.get("value").orElse("");
    return value instanceof Object[] parts
        ? Arrays.stream(parts).map(String::valueOf).collect(Collectors.joining(" "))
        : String.valueOf(value);
  }
}
