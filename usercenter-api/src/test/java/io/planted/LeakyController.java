package io.planted;

import io.usercenter.idempotency.Idempotent;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/**
 * A controller that others can see, with a field that nobody hands in and answers that tell, and
 * that takes a proxy for the client and does something once for nobody.
 */
@RestController
public class LeakyController {
  @Autowired List<String> handedInByMagic = List.of();

  @GetMapping("/planted/accounts")
  Page<Leaky> accounts() {
    return new Page<>(List.of());
  }

  @PostMapping("/planted/logins")
  void login(@RequestBody OpenPassword body) {}

  @GetMapping("/planted/address")
  String address(HttpServletRequest request) {
    return request.getRemoteAddr();
  }

  @Idempotent
  @PostMapping("/planted/done-once")
  ResponseEntity<String> doneOnceByNobody() {
    return ResponseEntity.ok("");
  }

  /** Not itself the leak. */
  record Page<T>(List<T> items) {}

  /** Tells the hash to whoever asks, and to the log. */
  record Leaky(String name, String passwordHash) {}

  /** A password that the log may have. */
  record OpenPassword(String name, String password) {}
}
