package io.usercenter.player;

import io.swagger.v3.oas.annotations.media.Schema;
import io.usercenter.account.ProfileChange;
import io.usercenter.platform.ApiException;
import java.time.ZoneId;
import java.util.IllformedLocaleException;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads a JSON merge patch (RFC 7396) of what others see of an account: what is absent stays, null
 * removes. Nothing is changed when any part of it cannot be accepted.
 */
final class ProfilePatch {
  private static final int LONGEST_TAG = 35; // RFC 5646 section 4.4.1
  private static final int LONGEST_ABOUT = 200;
  private static final Pattern AVATAR = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/-]{0,63}");
  private static final Set<String> COUNTRIES = Set.of(Locale.getISOCountries());

  private static final Map<String, Function<String, ShownText>> PROFILE =
      Map.of(
          "language", ProfilePatch::language,
          "country", ProfilePatch::country,
          "timeZone", ProfilePatch::timeZone,
          "avatar", ProfilePatch::avatar,
          "about", text -> TypedNames.printable(text, LONGEST_ABOUT));

  private final Map<String, String> wrong = new TreeMap<>();
  private final ObjectNode profile = JsonNodeFactory.instance.objectNode();
  private @Nullable String displayName;
  private boolean withNickname;
  private @Nullable String nickname;

  private ProfilePatch() {}

  /** Throws VALIDATION_FAILED with every field that cannot be accepted. */
  static ProfileChange read(ObjectNode body) {
    ProfilePatch patch = new ProfilePatch();
    body.properties().forEach(field -> patch.account(field.getKey(), field.getValue()));
    if (!patch.wrong.isEmpty()) {
      throw ApiException.invalid(patch.wrong);
    }
    return new ProfileChange(
        patch.displayName, patch.withNickname, patch.nickname, patch.profile.toString());
  }

  private void account(String field, JsonNode value) {
    switch (field) {
      case "displayName" -> {
        if (value.isNull()) {
          wrong.put(field, "can be changed and not removed");
        } else {
          displayName = text(field, value, TypedNames::shown);
        }
      }
      case "nickname" -> {
        withNickname = true;
        nickname = value.isNull() ? null : text(field, value, TypedNames::shown);
      }
      case "profile" -> {
        if (value.isNull()) {
          PROFILE.keySet().forEach(profile::putNull);
        } else if (value instanceof ObjectNode parts) {
          parts.properties().forEach(part -> profile(part.getKey(), part.getValue()));
        } else {
          wrong.put(field, "must be an object or null");
        }
      }
      default -> wrong.put(shortened(field), "is unknown, or cannot be changed here");
    }
  }

  private void profile(String part, JsonNode value) {
    String field = "profile." + part;
    Function<String, ShownText> rule = PROFILE.get(part);
    if (rule == null) {
      wrong.put(shortened(field), "is unknown");
    } else if (value.isNull()) {
      profile.putNull(part);
    } else {
      profile.put(part, text(field, value, rule));
    }
  }

  private @Nullable String text(String field, JsonNode value, Function<String, ShownText> rule) {
    if (!value.isString()) {
      wrong.put(field, "must be a text");
      return null;
    }
    return switch (rule.apply(value.stringValue())) {
      case ShownText.Good(String text) -> text;
      case ShownText.Bad(String why) -> {
        wrong.put(field, why);
        yield null;
      }
    };
  }

  private static ShownText language(String typed) {
    try {
      String tag = new Locale.Builder().setLanguageTag(typed).build().toLanguageTag();
      return tag.length() <= LONGEST_TAG && !tag.equals("und")
          ? new ShownText.Good(tag)
          : new ShownText.Bad("must be a language tag (BCP 47) of up to 35 characters");
    } catch (IllformedLocaleException e) {
      return new ShownText.Bad("must be a language tag (BCP 47)");
    }
  }

  private static ShownText country(String typed) {
    return COUNTRIES.contains(typed)
        ? new ShownText.Good(typed)
        : new ShownText.Bad("must be two capital letters of ISO 3166-1");
  }

  private static ShownText timeZone(String typed) {
    return ZoneId.getAvailableZoneIds().contains(typed)
        ? new ShownText.Good(typed)
        : new ShownText.Bad("must be a name of the IANA time zone database");
  }

  private static ShownText avatar(String typed) {
    return AVATAR.matcher(typed).matches()
        ? new ShownText.Good(typed)
        : new ShownText.Bad(
            "must be 1 to 64 of A-Z a-z 0-9 . _ / -, beginning with a letter or digit");
  }

  /** What the caller made up is repeated to him, but not at any length. */
  private static String shortened(String field) {
    return field.length() <= 64 ? field : field.substring(0, 64);
  }

  /**
   * The form of a patch, for the description of the API. Each name is 1 to 64 characters without
   * control characters; blanks around it are dropped.
   *
   * @param displayName absent leaves it
   * @param nickname absent leaves it, null removes it
   * @param profile absent leaves it, null removes all of it
   */
  @Schema(name = "AccountPatch")
  record Body(
      @Nullable String displayName,
      @Nullable @Schema(types = {"string", "null"}) String nickname,
      @Nullable Parts profile) {}

  /**
   * Each absent leaves it, null removes it.
   *
   * @param language BCP 47 tag of up to 35 characters, {@code pt-BR}
   * @param country ISO 3166-1 alpha-2, {@code BR}
   * @param timeZone a name of the IANA database, {@code America/Sao_Paulo}
   * @param avatar a picture, as the games call it: 1 to 64 of A-Z a-z 0-9 . _ / -
   * @param about 1 to 200 characters
   */
  @Schema(name = "ProfilePatch")
  record Parts(
      @Nullable @Schema(types = {"string", "null"}) String language,
      @Nullable @Schema(types = {"string", "null"}) String country,
      @Nullable @Schema(types = {"string", "null"}) String timeZone,
      @Nullable @Schema(types = {"string", "null"}) String avatar,
      @Nullable @Schema(types = {"string", "null"}) String about) {}
}
