package io.usercenter.peers;

import io.usercenter.peers.AccountService.Work;
import java.util.Map;
import java.util.function.IntFunction;
import tools.jackson.databind.JsonNode;

/**
 * Sessions at an OAuth 2.0 server: what one client of it does, which has a secret. Logins and
 * refreshes are by RFC 6749, introspections by RFC 7662.
 */
final class OAuthSessions {
  static final String CLIENT = "bench";
  static final String SECRET = "a secret of this benchmark";

  private final Http http;
  private final String tokenPath;
  private final String introspectionPath;
  private final IntFunction<Map<String, String>> grants;
  private final String client = Http.basic(CLIENT, SECRET);
  private final String[] refreshTokens = new String[PeersBench.SESSIONS];
  private final String[] introspections = new String[PeersBench.USERS];

  /**
   * Logs every user in once.
   *
   * @param grants of a user: what the token endpoint is sent for his tokens
   */
  OAuthSessions(
      Http http,
      String tokenPath,
      String introspectionPath,
      IntFunction<Map<String, String>> grants) {
    this.http = http;
    this.tokenPath = tokenPath;
    this.introspectionPath = introspectionPath;
    this.grants = grants;
    for (int user = 0; user < PeersBench.USERS; user++) {
      JsonNode tokens = tokens(grants.apply(user));
      refreshTokens[user] = refreshToken(tokens);
      introspections[user] = Http.form(Map.of("token", tokens.at("/access_token").asString()));
    }
  }

  static boolean does(Work work) {
    return work != Work.INTROSPECT_MANY && work != Work.REFRESH_AND_TELL;
  }

  void run(Work work, int session) {
    int user = session % PeersBench.USERS;
    try {
      switch (work) {
        case LOGIN -> logIn(user, session);
        case INTROSPECT -> {
          String body = http.postForm(introspectionPath, client, introspections[user]);
          if (!body.contains("\"active\":true")) {
            throw new IllegalStateException("not active: " + body);
          }
        }
        case REFRESH ->
            refreshTokens[session] =
                refreshToken(
                    tokens(
                        Map.of(
                            "grant_type",
                            "refresh_token",
                            "refresh_token",
                            refreshTokens[session])));
        case INTROSPECT_MANY, REFRESH_AND_TELL ->
            throw new UnsupportedOperationException("it has no such endpoint");
      }
    } catch (Http.AnswerLostException e) {
      // What it was asked with, a code or a refresh token, is good for once.
      System.err.println("logged in anew: " + e.getMessage());
      logIn(user, session);
    }
  }

  private void logIn(int user, int session) {
    refreshTokens[session] = refreshToken(tokens(grants.apply(user)));
  }

  private JsonNode tokens(Map<String, String> grant) {
    return Http.read(http.postForm(tokenPath, client, Http.form(grant)));
  }

  private static String refreshToken(JsonNode tokens) {
    return tokens.at("/refresh_token").asString();
  }
}
