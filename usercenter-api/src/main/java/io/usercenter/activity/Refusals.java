package io.usercenter.activity;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.web.servlet.HandlerInterceptor;

/**
 * Counts who wanted in and was not let in: by what he was answered, so that no reason is missed.
 */
final class Refusals implements HandlerInterceptor {
  private static final int FIRST_ERROR = 400;

  private final Activity activity;

  Refusals(Activity activity) {
    this.activity = activity;
  }

  @Override
  public void afterCompletion(
      HttpServletRequest request,
      HttpServletResponse response,
      Object handler,
      @Nullable Exception failure) {
    if (request.getMethod().equals("POST")
        && (failure != null || response.getStatus() >= FIRST_ERROR)) {
      activity.count(Activity.Kind.REFUSAL);
    }
  }
}
