package io.planted;

import java.util.List;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** A controller that others can see, with a field that nobody hands in and answers that tell. */
@RestController
public class LeakyController {
  @Autowired List<String> handedInByMagic = List.of();

  @GetMapping("/planted/accounts")
  Page<Leaky> accounts() {
    return new Page<>(List.of());
  }

  @PostMapping("/planted/logins")
  void login(@RequestBody OpenPassword body) {}

  /** Not itself the leak. */
  record Page<T>(List<T> items) {}

  /** Tells the hash to whoever asks, and to the log. */
  record Leaky(String name, String passwordHash) {}

  /** A password that the log may have. */
  record OpenPassword(String name, String password) {}
}
