package io.usercenter.platform;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/**
 * Problem documents for what Jetty refuses by itself: bodies too large, requests that are not HTTP.
 */
final class ProblemErrorHandler extends ErrorHandler {
  @Override
  protected void generateResponse(
      Request request,
      Response response,
      int status,
      @Nullable String message,
      @Nullable Throwable cause,
      Callback callback) {
    ErrorCode code = Problems.codeFor(HttpStatus.valueOf(status));
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/problem+json");
    // Constant texts only, so nothing has to be escaped.
    String body =
        """
        {"type":"urn:usercenter:error:%s","title":"%s","status":%d,"detail":"refused by the HTTP server","code":"%s"}
        """
            .formatted(code, code.title(), status, code);
    Content.Sink.write(response, true, body, callback);
  }
}
