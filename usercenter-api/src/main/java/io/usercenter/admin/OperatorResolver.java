package io.usercenter.admin;

import io.usercenter.platform.ApiException;
import io.usercenter.platform.BearerToken;
import io.usercenter.platform.CallerResolver;
import io.usercenter.platform.ClientAddress;
import io.usercenter.platform.ClientAddresses;
import io.usercenter.platform.ErrorCode;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Objects;
import org.springframework.stereotype.Component;
import org.springframework.web.context.request.NativeWebRequest;

/** Recognises an {@link Operator} by the token of his login. */
@Component
final class OperatorResolver extends CallerResolver<Operator> {
  private final Operators operators;
  private final ClientAddresses addresses;

  OperatorResolver(Operators operators, ClientAddresses addresses) {
    super(Operator.class);
    this.operators = operators;
    this.addresses = addresses;
  }

  @Override
  protected Operator recognise(NativeWebRequest request) {
    ClientAddress from =
        addresses.of(Objects.requireNonNull(request.getNativeRequest(HttpServletRequest.class)));
    return operators
        .recognise(BearerToken.of(request), from.text())
        .orElseThrow(
            () ->
                new ApiException(
                        ErrorCode.TOKEN_REJECTED, "the operator's login is unknown or has ended")
                    .with("reason", "EXPIRED"));
  }
}
