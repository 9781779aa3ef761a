package io.issuer;

import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A player with a browser, who logs in at the pages of an {@link Issuer}. */
public final class Browser {
  private static final Pattern CSRF = Pattern.compile("name=\"_csrf\"[^>]*value=\"([^\"]+)\"");
  private static final Pattern CODE = Pattern.compile("[?&]code=([^&]+)");
  private static final int MOST_PAGES = 10;

  private final HttpClient http =
      HttpClient.newBuilder().cookieHandler(new CookieManager()).build();
  private final Issuer issuer;

  public Browser(Issuer issuer) {
    this.issuer = issuer;
  }

  /**
   * What the client gets when the player has logged in.
   *
   * @param verifier of PKCE; its digest goes to the server
   */
  public String code(String client, String verifier, @Nullable String nonce) {
    Map<String, String> query = new LinkedHashMap<>();
    query.put("response_type", "code");
    query.put("client_id", client);
    query.put("redirect_uri", Issuer.REDIRECT);
    query.put("scope", "openid profile");
    query.put("state", "a state");
    query.put("code_challenge_method", "S256");
    query.put("code_challenge", digest(verifier));
    if (nonce != null) {
      query.put("nonce", nonce);
    }
    URI page = URI.create(issuer.issuer() + "/oauth2/authorize?" + form(query));
    HttpRequest next = HttpRequest.newBuilder(page).header("Accept", "text/html").build();
    for (int i = 0; i < MOST_PAGES; i++) {
      HttpResponse<String> answer = send(next);
      if (answer.statusCode() == 302) {
        URI to = next.uri().resolve(answer.headers().firstValue("Location").orElseThrow());
        if (to.toString().startsWith(Issuer.REDIRECT)) {
          Matcher code = CODE.matcher(to.toString());
          if (!code.find()) {
            throw new IllegalStateException("came back without a code: " + to);
          }
          return code.group(1);
        }
        next = HttpRequest.newBuilder(to).header("Accept", "text/html").build();
      } else {
        next = loginForm(next, answer);
      }
    }
    throw new IllegalStateException("more pages than a login has");
  }

  private static HttpRequest loginForm(HttpRequest asked, HttpResponse<String> page) {
    Matcher csrf = CSRF.matcher(page.body());
    if (page.statusCode() != 200 || !csrf.find()) {
      throw new IllegalStateException(
          asked.uri() + " is no login form: " + page.statusCode() + " " + page.body());
    }
    Map<String, String> fields =
        Map.of("username", Issuer.PLAYER, "password", Issuer.PASSWORD, "_csrf", csrf.group(1));
    return HttpRequest.newBuilder(asked.uri().resolve("/login"))
        .header("Accept", "text/html")
        .header("Content-Type", "application/x-www-form-urlencoded")
        .POST(HttpRequest.BodyPublishers.ofString(form(fields)))
        .build();
  }

  private HttpResponse<String> send(HttpRequest request) {
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static String form(Map<String, String> fields) {
    return fields.entrySet().stream()
        .map(f -> f.getKey() + "=" + URLEncoder.encode(f.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&"));
  }

  private static String digest(String verifier) {
    try {
      byte[] sha256 =
          MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(sha256);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
