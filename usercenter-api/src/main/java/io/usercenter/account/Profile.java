package io.usercenter.account;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * What a player says of himself. Everything is free to leave out.
 *
 * @param language BCP 47 tag, {@code pt-BR}
 * @param country ISO 3166-1 alpha-2, {@code BR}
 * @param timeZone name in the IANA database, {@code America/Sao_Paulo}
 * @param avatar a picture, as the games call it
 * @param about a few words for others
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Profile(
    @Nullable String language,
    @Nullable String country,
    @Nullable String timeZone,
    @Nullable String avatar,
    @Nullable String about) {}
