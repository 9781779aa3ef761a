package io.usercenter.player;

/** The answer to a refresh: that of a login, or the tokens alone for who prefers that. */
sealed interface RefreshAnswer permits Login, RenewedTokens {}
