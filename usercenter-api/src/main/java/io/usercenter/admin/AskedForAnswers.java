package io.usercenter.admin;

import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springframework.core.MethodParameter;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyAdvice;
import tools.jackson.databind.JsonNode;

/**
 * Answers 202 when something waits for another operator; also when the answer is a kept one, which
 * is sent as the JSON it was. Says so in the contract.
 */
@RestControllerAdvice
final class AskedForAnswers implements ResponseBodyAdvice<Object>, OperationCustomizer {
  @Override
  public boolean supports(
      MethodParameter returned, Class<? extends HttpMessageConverter<?>> converter) {
    return returned.hasMethodAnnotation(MayWait.class);
  }

  @Override
  public Operation customize(Operation operation, HandlerMethod handler) {
    if (handler.hasMethodAnnotation(MayWait.class)) {
      ApiResponses responses = operation.getResponses();
      responses.addApiResponse(
          "202",
          new ApiResponse()
              .description("Waits for another operator: approvalId says for what to be approved")
              .content(responses.values().iterator().next().getContent()));
    }
    return operation;
  }

  @Override
  public @Nullable Object beforeBodyWrite(
      @Nullable Object body,
      MethodParameter returned,
      MediaType type,
      Class<? extends HttpMessageConverter<?>> converter,
      ServerHttpRequest request,
      ServerHttpResponse response) {
    boolean asked =
        (body instanceof AskedFor answer && answer.approvalId() != null)
            || (body instanceof JsonNode kept && kept.path("approvalId").isString());
    if (asked) {
      response.setStatusCode(HttpStatus.ACCEPTED);
    }
    return body;
  }
}
