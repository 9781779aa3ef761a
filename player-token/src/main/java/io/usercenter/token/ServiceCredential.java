package io.usercenter.token;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** What a game server shows to the user center. */
record ServiceCredential(String id, String secret) {
  ServiceCredential {
    if (id.isEmpty() || id.indexOf(':') >= 0) { // RFC 7617 2
      throw new IllegalArgumentException("a credential id must not be empty or hold a colon");
    }
    if (secret.isEmpty()) {
      throw new IllegalArgumentException("the secret of credential " + id + " is empty");
    }
  }

  /** The value of the {@code Authorization} header. */
  String authorization() {
    byte[] pair = (id + ":" + secret).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(pair);
  }

  @Override
  public String toString() {
    return "ServiceCredential[id=" + id + ", secret=[REDACTED]]";
  }
}
