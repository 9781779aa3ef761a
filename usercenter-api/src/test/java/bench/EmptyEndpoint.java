package bench;

import io.usercenter.platform.Open;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** What a request costs that does nothing. Outside of what the service scans for components. */
@RestController
public final class EmptyEndpoint {
  @Open("a benchmark's")
  @PostMapping("/v1/empty")
  void empty() {}
}
