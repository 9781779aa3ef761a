package io.usercenter.platform;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.type.ResolvedType;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverter;
import io.swagger.v3.core.converter.ModelConverterContext;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.Schema;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.core.ResolvableType;
import org.springframework.stereotype.Component;

/**
 * Says which members answers always have: those that cannot be null, as Jackson leaves out what is
 * null. What requests must have, their own constraints say.
 */
@Component
@SuppressWarnings("rawtypes") // as the models have them
final class AnswerMembers implements ModelConverter, OpenApiCustomizer {
  private final Map<String, Set<String>> bySchema = new ConcurrentHashMap<>();

  @Override
  public @Nullable Schema<?> resolve(
      AnnotatedType type, ModelConverterContext context, Iterator<ModelConverter> chain) {
    Schema<?> schema = chain.hasNext() ? chain.next().resolve(type, context, chain) : null;
    if (schema != null) {
      String name = schema.get$ref() == null ? schema.getName() : nameOf(schema);
      Class<?> raw = rawClass(type.getType());
      if (name != null && raw.isRecord()) {
        bySchema.put(name, alwaysThere(raw));
      }
    }
    return schema;
  }

  private static Class<?> rawClass(Type type) {
    return type instanceof ResolvedType resolved
        ? resolved.getRawClass()
        : ResolvableType.forType(type).resolve(Object.class);
  }

  private static Set<String> alwaysThere(Class<?> raw) {
    return Arrays.stream(raw.getRecordComponents())
        .filter(
            component ->
                component.getType() != Optional.class
                    && !component.getAnnotatedType().isAnnotationPresent(Nullable.class))
        .map(AnswerMembers::nameOf)
        .collect(Collectors.toUnmodifiableSet());
  }

  private static String nameOf(RecordComponent component) {
    JsonProperty other = component.getAccessor().getAnnotation(JsonProperty.class);
    return other == null ? component.getName() : other.value();
  }

  @Override
  public void customise(OpenAPI document) {
    Map<String, Schema> schemas = document.getComponents().getSchemas();
    List<Operation> operations =
        document.getPaths().values().stream().flatMap(p -> p.readOperations().stream()).toList();
    Set<String> sent =
        reached(
            schemas,
            operations.stream()
                .map(Operation::getRequestBody)
                .filter(Objects::nonNull)
                .flatMap(body -> schemasOf(body.getContent())));
    Set<String> answered =
        reached(
            schemas,
            operations.stream()
                .flatMap(operation -> operation.getResponses().values().stream())
                .flatMap(response -> schemasOf(response.getContent())));
    answered.stream()
        .filter(name -> !sent.contains(name))
        .forEach(name -> require(named(name, schemas), bySchema.getOrDefault(name, Set.of())));
  }

  private static void require(Schema<?> schema, Set<String> members) {
    if (schema.getProperties() != null) {
      schema.getProperties().keySet().stream()
          .filter(members::contains)
          .sorted()
          .forEach(schema::addRequiredItem);
    }
  }

  private static Set<String> reached(Map<String, Schema> schemas, Stream<Schema<?>> from) {
    Set<String> reached = new HashSet<>();
    Deque<Schema<?>> left = from.collect(Collectors.toCollection(ArrayDeque::new));
    while (!left.isEmpty()) {
      Schema<?> schema = left.pop();
      if (schema.get$ref() != null && reached.add(nameOf(schema))) {
        left.push(named(nameOf(schema), schemas));
      }
      parts(schema).filter(Objects::nonNull).forEach(left::push);
    }
    return reached;
  }

  private static Stream<Schema<?>> parts(Schema<?> schema) {
    Stream<Schema> members =
        schema.getProperties() == null ? Stream.of() : schema.getProperties().values().stream();
    Stream<Schema> others =
        Stream.of(schema.getOneOf(), schema.getAnyOf(), schema.getAllOf())
            .filter(Objects::nonNull)
            .flatMap(List::stream);
    Stream<Schema> more =
        schema.getAdditionalProperties() instanceof Schema<?> values
            ? Stream.of(schema.getItems(), values)
            : Stream.of(schema.getItems());
    return Stream.of(members, others, more).flatMap(some -> some).map(part -> (Schema<?>) part);
  }

  private static Stream<Schema<?>> schemasOf(@Nullable Content content) {
    return content == null
        ? Stream.of()
        : content.values().stream()
            .<Schema<?>>map(type -> type.getSchema())
            .filter(Objects::nonNull);
  }

  private static Schema<?> named(String name, Map<String, Schema> schemas) {
    return Objects.requireNonNull(schemas.get(name), name);
  }

  private static String nameOf(Schema<?> reference) {
    return reference.get$ref().substring(Components.COMPONENTS_SCHEMAS_REF.length());
  }
}
