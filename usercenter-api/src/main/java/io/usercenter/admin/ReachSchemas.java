package io.usercenter.admin;

import io.swagger.v3.oas.models.media.ArraySchema;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import java.util.List;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.stereotype.Component;

/** What {@code docs/openapi.json} says of {@link Reach}, whose JSON is a text or something else. */
@Component
final class ReachSchemas {
  ReachSchemas() {
    SpringDocUtils.getConfig()
        .replaceWithSchema(Reach.Ids.class, allOr("which ones", texts()))
        .replaceWithSchema(
            Reach.Servers.class,
            allOr(
                "game servers and groups of game servers",
                new ObjectSchema()
                    .addProperty("serverIds", texts())
                    .addProperty("serverGroupIds", texts())));
  }

  private static Schema<?> allOr(String which, Schema<?> some) {
    Schema<?> schema = new Schema<>();
    schema.setDescription("`\"ALL\"`, or " + which);
    schema.setOneOf(List.of(new StringSchema()._enum(List.of(Reach.ALL)), some));
    return schema;
  }

  private static Schema<?> texts() {
    return new ArraySchema().items(new StringSchema());
  }
}
