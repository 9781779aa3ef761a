package io.usercenter.platform;

import com.fasterxml.jackson.annotation.JsonFormat;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.media.ArraySchema;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.HeaderParameter;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import io.swagger.v3.oas.models.servers.Server;
import io.swagger.v3.oas.models.tags.Tag;
import io.usercenter.id.UserId;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springdoc.core.customizers.ParameterCustomizer;
import org.springdoc.core.customizers.PropertyCustomizer;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.JsonNode;

/** What {@code /v3/api-docs} says beyond what the controllers say by themselves. */
@Configuration(proxyBeanMethods = false)
class OpenApiConfiguration {
  private static final String PROBLEM = "Problem";

  /** Who may call what, by the first part of the path. */
  private enum Surface {
    CLIENTS(
        "/v1/", "Game clients", "accessToken", "Players, by the game client: docs/client-guide.md"),
    SERVERS(
        "/server/v1/",
        "Game servers",
        "serviceCredential",
        "Checking players and telling of characters: docs/game-server-guide.md"),
    OPERATORS(
        "/admin/v1/",
        "Operators",
        "operatorToken",
        "On the internal port: docs/operators.md. An operation needs the permission that it names,"
            + " for the game servers and channels of what it is about (`403 PERMISSION_MISSING`);"
            + " what lies beyond is answered like what does not exist. For the whole account:"
            + " for its channel and every game server where it has a character. Everywhere: for"
            + " all game servers and channels. A fresh proof: a login, or"
            + " `/admin/v1/me:reauthenticate`, at most 5 minutes ago (`403"
            + " REAUTHENTICATION_REQUIRED`)"),
    EVERYBODY(
        "/.well-known/", "Everybody", "", "Where public things are: docs/game-server-guide.md");

    private final String prefix;
    private final String title;
    private final String scheme;
    private final String about;

    Surface(String prefix, String title, String scheme, String about) {
      this.prefix = prefix;
      this.title = title;
      this.scheme = scheme;
      this.about = about;
    }

    static Surface of(String path) {
      return Arrays.stream(values())
          .filter(surface -> path.startsWith(surface.prefix))
          .findFirst()
          .orElseThrow(() -> new IllegalStateException(path + " belongs to no surface"));
    }
  }

  OpenApiConfiguration() {
    SpringDocUtils.getConfig()
        .addRequestWrapperToIgnore(Caller.class, ClientAddress.class)
        .replaceWithSchema(UserId.class, new StringSchema().pattern("[1-9][0-9]{0,18}"))
        .replaceWithSchema(Secret.class, new StringSchema().format("password"))
        .replaceWithSchema(JsonNode.class, new ObjectSchema());
  }

  @Bean
  OpenAPI openApi() {
    return new OpenAPI()
        .info(
            new Info()
                .title("usercenter")
                .version("v1")
                .description("Accounts, logins and tokens for all the games of a publisher."))
        // Constant, so that the document does not depend on where it was asked for.
        .servers(
            List.of(
                new Server().url("http://127.0.0.1:8080").description("public port"),
                new Server()
                    .url("http://127.0.0.1:8081")
                    .description("internal port: paths below /admin")))
        .tags(
            Arrays.stream(Surface.values())
                .map(s -> new Tag().name(s.title).description(s.about))
                .toList())
        .components(
            new Components()
                .addSecuritySchemes(
                    Surface.CLIENTS.scheme,
                    new SecurityScheme()
                        .type(SecurityScheme.Type.HTTP)
                        .scheme("bearer")
                        .bearerFormat("JWT")
                        .description("The access token of a player"))
                .addSecuritySchemes(
                    Surface.SERVERS.scheme,
                    new SecurityScheme()
                        .type(SecurityScheme.Type.HTTP)
                        .scheme("basic")
                        .description("A service credential, credentialId:secret"))
                .addSecuritySchemes(
                    Surface.OPERATORS.scheme,
                    new SecurityScheme()
                        .type(SecurityScheme.Type.HTTP)
                        .scheme("bearer")
                        .description("The token of an operator's login"))
                .addSchemas(PROBLEM, problem())
                .addResponses(
                    PROBLEM,
                    new ApiResponse()
                        .description("Any error, as in docs/errors.md (RFC 9457)")
                        .content(
                            new Content()
                                .addMediaType(
                                    org.springframework.http.MediaType
                                        .APPLICATION_PROBLEM_JSON_VALUE,
                                    new MediaType()
                                        .schema(
                                            new Schema<>()
                                                .$ref("#/components/schemas/" + PROBLEM))))));
  }

  /** Ids that do not depend on the order in which Spring finds the methods. */
  @Bean
  OperationCustomizer operationNames() {
    return (operation, handler) -> {
      String controller = handler.getBeanType().getSimpleName().replace("Controller", "");
      String method = handler.getMethod().getName();
      operation.setOperationId(
          controller.substring(0, 1).toLowerCase(Locale.ROOT)
              + controller.substring(1)
              + method.substring(0, 1).toUpperCase(Locale.ROOT)
              + method.substring(1));
      if (handler.hasMethodAnnotation(Open.class)) {
        operation.setSecurity(List.of());
      }
      if (handler.hasMethodAnnotation(OwnersOnly.class)) {
        operation.addParametersItem(
            new HeaderParameter()
                .name(OwnersOnly.HEADER)
                .description("The refresh token, where usercenter.sessions.owner-proof is on")
                .schema(new StringSchema().format("password")));
      }
      return operation;
    };
  }

  @Bean
  ParameterCustomizer pageSizes() {
    return (parameter, method) -> {
      PageSize size = method.getParameterAnnotation(PageSize.class);
      if (size != null) {
        parameter.getSchema().minimum(BigDecimal.ONE).maximum(BigDecimal.valueOf(size.most()));
      }
      return parameter;
    };
  }

  /** Numbers that JSON carries as strings, because JavaScript would round them. */
  @Bean
  PropertyCustomizer numbersAsStrings() {
    return (schema, type) ->
        type.getCtxAnnotations() != null
                && Arrays.stream(type.getCtxAnnotations())
                    .anyMatch(
                        a -> a instanceof JsonFormat f && f.shape() == JsonFormat.Shape.STRING)
            ? new StringSchema()
            : schema;
  }

  @Bean
  OpenApiCustomizer surfaces() {
    return document ->
        document
            .getPaths()
            .forEach(
                (path, item) -> item.readOperations().forEach(operation -> place(operation, path)));
  }

  private static void place(Operation operation, String path) {
    Surface surface = Surface.of(path);
    operation.setTags(List.of(surface.title));
    if (operation.getSecurity() == null) {
      operation.addSecurityItem(new SecurityRequirement().addList(surface.scheme));
    }
    operation
        .getResponses()
        .addApiResponse("default", new ApiResponse().$ref("#/components/responses/" + PROBLEM));
  }

  private static Schema<?> problem() {
    Schema<?> problem = new ObjectSchema();
    problem
        .addProperty("type", new StringSchema().format("uri"))
        .addProperty("title", new StringSchema())
        .addProperty("status", new IntegerSchema())
        .addProperty("detail", new StringSchema())
        .addProperty(
            "code",
            new StringSchema()._enum(Arrays.stream(ErrorCode.values()).map(Enum::name).toList()))
        .addProperty("traceId", new StringSchema())
        .addProperty(
            "errors",
            new ArraySchema()
                .items(
                    new ObjectSchema()
                        .addProperty("field", new StringSchema())
                        .addProperty("message", new StringSchema())));
    problem.setRequired(List.of("type", "title", "status", "code"));
    return problem;
  }
}
