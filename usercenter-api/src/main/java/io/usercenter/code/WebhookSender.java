package io.usercenter.code;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.usercenter.platform.Digests;
import io.usercenter.platform.OutsideFault;
import io.usercenter.platform.OutsideServer;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Set;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Posts messages to a server of the publisher's, which sends them. Each post is signed: {@code
 * Usercenter-Signature: t=SECONDS,v1=HEX}, the HMAC-SHA-256 of {@code SECONDS.BODY}, so the server
 * knows whose it is and refuses old ones. See {@code docs/login-keys.md}.
 */
final class WebhookSender implements CodeSender, AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final int NOT_TO_THIS_ADDRESS = 422;

  private final URI url;
  private final SecretKeySpec key;
  private final Set<Medium> media;
  private final InstantSource clock;
  private final OutsideServer server;

  WebhookSender(URI url, String secret, Set<Medium> media, Duration timeout, InstantSource clock) {
    this.url = url;
    this.key = new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256");
    this.media = media;
    this.clock = clock;
    this.server = new OutsideServer("the webhook for codes", timeout);
  }

  @Override
  public Set<Medium> media() {
    return media;
  }

  @Override
  public Delivery send(CodeMessage message) {
    String body = JSON.writeValueAsString(Body.of(message));
    long seconds = clock.instant().getEpochSecond();
    HttpRequest request =
        HttpRequest.newBuilder(url)
            .header("Content-Type", "application/json")
            .header(
                "Usercenter-Signature", "t=%d,v1=%s".formatted(seconds, mac(seconds + "." + body)))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    try {
      return server.attempt(() -> posted(request));
    } catch (OutsideFault e) {
      return new Delivery.Failed(e.why());
    }
  }

  private Delivery posted(HttpRequest request) {
    int status = server.send(request).statusCode();
    if (status == NOT_TO_THIS_ADDRESS) {
      return new Delivery.NotThere();
    }
    if (status / 100 != 2) {
      throw new OutsideFault("it answers " + status, null); // its body may repeat the address
    }
    return new Delivery.Taken();
  }

  private String mac(String text) {
    return HexFormat.of().formatHex(Digests.hmac(key, text));
  }

  @Override
  public void close() {
    server.close();
  }

  /** What is posted. Its text form is redacted. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Body(
      String id,
      String channel,
      String address,
      String purpose,
      String code,
      long expiresIn,
      @Nullable String locale) {
    static Body of(CodeMessage message) {
      return new Body(
          message.id(),
          message.to().medium().word(),
          message.to().text(),
          message.purpose().word(),
          message.code(),
          message.life().toSeconds(),
          message.locale());
    }

    @Override
    public String toString() {
      return "Body[" + id + ", [REDACTED]]";
    }
  }
}
