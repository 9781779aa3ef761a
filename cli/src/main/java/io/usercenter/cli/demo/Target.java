package io.usercenter.cli.demo;

import java.net.URI;

/**
 * The user center that the demo plays on. Its text form is redacted.
 *
 * @param url of players and game servers
 * @param adminUrl of operators
 * @param issuer {@code iss} of the access tokens
 * @param redisUrl where game servers send role events; may hold a password
 * @param operator an operator who may do everything
 */
record Target(
    URI url, URI adminUrl, String issuer, String redisUrl, String operator, String password) {
  @Override
  public String toString() {
    return "Target[" + url + ", " + adminUrl + ", [REDACTED]]";
  }
}
