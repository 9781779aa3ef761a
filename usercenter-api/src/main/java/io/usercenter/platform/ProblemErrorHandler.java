package io.usercenter.platform;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatusCode;

/**
 * Problem documents for what Jetty refuses by itself: bodies too large, requests that are not HTTP.
 */
final class ProblemErrorHandler extends ErrorHandler {
  @Override
  public boolean errorPageForMethod(String method) {
    return true; // left alone, it says why to GET, POST and HEAD only
  }

  @Override
  protected void generateResponse(
      Request request,
      Response response,
      int status,
      @Nullable String message,
      @Nullable Throwable cause,
      Callback callback) {
    // Jetty knows more kinds of refusals than callers tell apart: 414, 426, 505 ...
    ErrorCode code = Problems.codeFor(HttpStatusCode.valueOf(status));
    response.setStatus(code.status().value());
    Ports.SECURITY_HEADERS.forEach(response.getHeaders()::put);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/problem+json");
    // Constant texts only, so nothing has to be escaped.
    String body =
        """
        {"type":"urn:usercenter:error:%s","title":"%s","status":%d,"detail":"refused by the HTTP server","code":"%s"}
        """
            .formatted(code, code.title(), code.status().value(), code);
    Content.Sink.write(response, true, body, callback);
  }
}
