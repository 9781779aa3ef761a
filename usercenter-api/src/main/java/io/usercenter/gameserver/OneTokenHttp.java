package io.usercenter.gameserver;

import io.usercenter.platform.ApiException;
import io.usercenter.platform.ErrorCode;
import io.usercenter.platform.Secret;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;

/**
 * Reads the question about one token and writes its answer by hand. No other request is sent so
 * often, and the framework's way (binding, validation, negotiation) costs more than the check.
 */
@Component
final class OneTokenHttp {
  private static final String TOKEN = "token";

  private final ObjectReader reader;
  private final ObjectWriter writer;

  OneTokenHttp(ObjectMapper json) {
    this.reader = json.readerFor(TokenController.OneToken.class);
    this.writer = json.writerFor(Introspection.class);
  }

  /**
   * The token of a form (RFC 7662 section 2.1) or of JSON, by the request's content type.
   *
   * @throws ApiException when there is none
   * @throws HttpMessageNotReadableException when the body is neither
   */
  String tokenOf(HttpServletRequest request) {
    byte[] body = bodyOf(request);
    Secret token = isForm(request) ? inForm(body) : inJson(request, body);
    if (token == null) {
      throw ApiException.invalid(TOKEN, "is missing");
    }
    return token.value();
  }

  /** Writes the answer; its length is found when nobody has anything to add to the head. */
  void write(Introspection answer, HttpServletResponse response) throws IOException {
    response.setContentType(MediaType.APPLICATION_JSON_VALUE);
    response.getOutputStream().write(writer.writeValueAsBytes(answer));
  }

  private static boolean isForm(HttpServletRequest request) {
    String type = request.getContentType();
    return type != null
        && type.toLowerCase(Locale.ROOT).startsWith(MediaType.APPLICATION_FORM_URLENCODED_VALUE);
  }

  private static byte[] bodyOf(HttpServletRequest request) {
    try {
      int length = request.getContentLength(); // known: one read of so many, no buffer of 16 KiB
      ServletInputStream in = request.getInputStream();
      return length < 0 ? in.readAllBytes() : in.readNBytes(length);
    } catch (IOException e) {
      throw unreadable(request, e);
    }
  }

  /** The first value of the field, as `application/x-www-form-urlencoded` spells it. */
  private static @Nullable Secret inForm(byte[] body) {
    String form = new String(body, StandardCharsets.UTF_8);
    try {
      for (int start = 0; start <= form.length(); ) {
        int amp = form.indexOf('&', start);
        int end = amp < 0 ? form.length() : amp;
        int equals = form.indexOf('=', start);
        int nameEnd = equals < 0 || equals > end ? end : equals;
        if (decoded(form.substring(start, nameEnd)).equals(TOKEN)) {
          return new Secret(decoded(form.substring(Math.min(nameEnd + 1, end), end)));
        }
        start = end + 1;
      }
    } catch (IllegalArgumentException e) {
      throw new ApiException(ErrorCode.MALFORMED_REQUEST, "the form cannot be read");
    }
    return null;
  }

  private static String decoded(String text) {
    boolean plain = text.indexOf('%') < 0 && text.indexOf('+') < 0; // as all of our tokens are
    return plain ? text : URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  private @Nullable Secret inJson(HttpServletRequest request, byte[] body) {
    if (body.length == 0) {
      throw unreadable(request, null);
    }
    try {
      TokenController.@Nullable OneToken one = reader.readValue(body);
      if (one == null) {
        throw unreadable(request, null);
      }
      return one.token();
    } catch (JacksonException e) {
      throw unreadable(request, e);
    }
  }

  private static HttpMessageNotReadableException unreadable(
      HttpServletRequest request, @Nullable Exception why) {
    return new HttpMessageNotReadableException(
        "the body cannot be read", why, new ServletServerHttpRequest(request));
  }
}
