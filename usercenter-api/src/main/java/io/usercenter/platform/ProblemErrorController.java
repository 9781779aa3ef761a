package io.usercenter.platform;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Problem documents for what is refused before Spring MVC: the wrong port, a filter, the container.
 */
@RestController
final class ProblemErrorController implements ErrorController {
  @Open("an error page shows nothing but the error")
  @RequestMapping("/error")
  ResponseEntity<ProblemDetail> error(HttpServletRequest request, HttpServletResponse response) {
    Ports.SECURITY_HEADERS.forEach(response::setHeader); // Jetty has set its own
    HttpStatusCode status =
        request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) instanceof Integer code
            ? HttpStatusCode.valueOf(code)
            : HttpStatus.NOT_FOUND;
    ErrorCode code = Problems.codeFor(status);
    return ResponseEntity.status(code.status())
        .contentType(MediaType.APPLICATION_PROBLEM_JSON)
        .body(Problems.problem(code, "the request was refused before it reached a handler"));
  }
}
