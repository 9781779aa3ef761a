package io.planted;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Answers with a type that has the name of another one. */
@RestController
final class OtherController {
  @GetMapping("/planted/pages")
  Page page() {
    return new Page("");
  }

  /** There is one in {@link LeakyController}. */
  record Page(String text) {}
}
