package io.usercenter.cli;

import java.nio.file.Path;

/** Requests to paste into a shell, one after the other: a player's story from start to ban. */
final class CurlLines {
  private CurlLines() {}

  /**
   * The lines. They keep what one answer gives to the next in shell variables, need curl and sed,
   * and name a new player each time.
   *
   * @param credential file with {@code credentialId:secret}
   * @param password file with the operator's password
   */
  static String lines(UpSettings settings, Path credential, Path password) {
    return """
    # a player registers and logs in
    API=%1$s ADMIN=%2$s JSON='Content-Type: application/json' NAME=ada$RANDOM
    curl -s $API/v1/accounts -H "$JSON" -d "{\\"username\\":\\"$NAME\\",\\"password\\":\\"correct horse battery staple\\"}"; echo
    LOGIN=$(curl -s $API/v1/sessions -H "$JSON" -d "{\\"grant\\":\\"password\\",\\"username\\":\\"$NAME\\",\\"password\\":\\"correct horse battery staple\\"}"); echo "$LOGIN"
    TOKEN=$(echo "$LOGIN" | sed 's/.*"accessToken":"\\([^"]*\\)".*/\\1/') USER_ID=$(echo "$LOGIN" | sed 's/.*"userId":"\\([0-9]*\\)".*/\\1/')

    # a game server checks the token, then tells about the player's role
    curl -s -u "$(cat %3$s)" $API/server/v1/tokens:introspect -d "token=$TOKEN"; echo
    curl -s -u "$(cat %3$s)" $API/server/v1/role-events -H "$JSON" -d "{\\"events\\":[{\\"eventId\\":\\"e-$NAME\\",\\"type\\":\\"ROLE_CREATED\\",\\"serverId\\":\\"s1\\",\\"userId\\":\\"$USER_ID\\",\\"roleId\\":\\"r-$NAME\\",\\"revision\\":1,\\"occurredAt\\":\\"$(date -u +%%FT%%TZ)\\",\\"role\\":{\\"name\\":\\"Ada\\",\\"level\\":1,\\"job\\":\\"mage\\",\\"power\\":100,\\"channel\\":\\"official\\"}}]}"; echo

    # an operator logs in, looks the player up and bans the account; then the token is dead
    OPERATOR=$(curl -s $ADMIN/admin/v1/sessions -H "$JSON" -d "{\\"name\\":\\"admin\\",\\"password\\":\\"$(cat %4$s)\\"}" | sed 's/.*"token":"\\([^"]*\\)".*/\\1/')
    curl -s -H "Authorization: Bearer $OPERATOR" "$ADMIN/admin/v1/accounts?username=$NAME"; echo
    curl -s -H "Authorization: Bearer $OPERATOR" $ADMIN/admin/v1/bans -H "$JSON" -d "{\\"userId\\":\\"$USER_ID\\",\\"reasonCode\\":\\"CHEATING\\",\\"message\\":\\"See you never.\\"}"; echo
    curl -s -u "$(cat %3$s)" $API/server/v1/tokens:introspect -d "token=$TOKEN"; echo
    """
        .formatted(settings.apiUrl(), settings.internalUrl(), quoted(credential), quoted(password));
  }

  private static String quoted(Path file) {
    return "'" + file.toString().replace("'", "'\\''") + "'";
  }
}
