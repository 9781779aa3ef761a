package io.usercenter.console;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.web.HttpRequestHandler;

/**
 * Answers below {@code /console/}. What is no file is a page that the script shows, so links deep
 * into the console work; only below {@code /console/assets/} a file that is missing is missing.
 */
final class ConsolePages implements HttpRequestHandler {
  static final String ROOT = "/console/";
  private static final String ASSETS = "assets/";
  private static final String INDEX = "index.html";
  private static final String NONCE = "__NONCE__";

  /**
   * Styles need the nonce, since antd writes style elements while it runs; scripts do not, nothing
   * is evaluated, and nothing comes from or goes to another host.
   */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-__NONCE__'; img-src 'self';"
          + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private final Map<String, ConsoleFile> files;
  private final String index;
  private final SecureRandom random;

  /**
   * @param files by their path below {@code /console/}
   */
  ConsolePages(Map<String, ConsoleFile> files, SecureRandom random) {
    ConsoleFile page = files.get(INDEX);
    if (page == null) {
      throw new IllegalStateException("the console was not built: it has no " + INDEX);
    }
    this.files = files;
    this.index = new String(page.bytes(), StandardCharsets.UTF_8);
    this.random = random;
  }

  @Override
  public void handleRequest(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (!request.getMethod().equals("GET") && !request.getMethod().equals("HEAD")) {
      response.setHeader(HttpHeaders.ALLOW, "GET, HEAD");
      response.sendError(HttpServletResponse.SC_METHOD_NOT_ALLOWED);
      return;
    }
    String path = request.getRequestURI();
    if (!path.startsWith(ROOT)) {
      response.setStatus(HttpServletResponse.SC_PERMANENT_REDIRECT);
      response.setHeader(HttpHeaders.LOCATION, ROOT);
      return;
    }
    String name = path.substring(ROOT.length());
    ConsoleFile file = files.get(name);
    if (name.startsWith(ASSETS) && file == null) {
      response.sendError(HttpServletResponse.SC_NOT_FOUND);
    } else if (file == null || name.equals(INDEX)) {
      page(response);
    } else {
      // The name of an asset holds a hash of what is in it.
      String life = name.startsWith(ASSETS) ? "max-age=31536000, immutable" : "max-age=3600";
      response.setHeader(HttpHeaders.CACHE_CONTROL, "public, " + life);
      send(file, request.getHeader(HttpHeaders.ACCEPT_ENCODING), response);
    }
  }

  private void page(HttpServletResponse response) throws IOException {
    byte[] bytes = new byte[16];
    random.nextBytes(bytes);
    String nonce = Base64.getEncoder().encodeToString(bytes);
    response.setHeader(HttpHeaders.CACHE_CONTROL, "no-cache");
    response.setHeader("Content-Security-Policy", POLICY.replace(NONCE, nonce));
    response.setHeader("Referrer-Policy", "no-referrer");
    response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
    // For browsers that do not know frame-ancestors.
    response.setHeader("X-Frame-Options", "DENY");
    write(
        "text/html;charset=utf-8",
        index.replace(NONCE, nonce).getBytes(StandardCharsets.UTF_8),
        response);
  }

  private static void send(
      ConsoleFile file, @Nullable String accepted, HttpServletResponse response)
      throws IOException {
    response.setHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
    if (accepted != null && accepted.contains("gzip")) {
      response.setHeader(HttpHeaders.CONTENT_ENCODING, "gzip");
      write(file.type(), file.gzipped(), response);
    } else {
      write(file.type(), file.bytes(), response);
    }
  }

  private static void write(String type, byte[] bytes, HttpServletResponse response)
      throws IOException {
    response.setContentType(type);
    response.setContentLength(bytes.length);
    response.getOutputStream().write(bytes);
  }
}
