package io.usercenter.platform;

import jakarta.servlet.http.HttpServletResponse;

/** What a caller comes by once it is known who he is, before the controller is asked. */
public interface CallerGate {
  /**
   * Lets him pass.
   *
   * @param response of which headers may be set
   * @throws ApiException when he may not
   */
  void pass(Caller caller, HttpServletResponse response);
}
