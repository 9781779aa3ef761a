package io.usercenter.platform;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;

/**
 * Tells where a request comes from; nobody else asks the container. That is who holds the
 * connection, unless he is a proxy that the settings trust: then it is whom the proxy names. Of a
 * chain of proxies the last one that is not trusted is the client, because what stands left of it
 * is only what he says himself.
 */
public final class ClientAddresses implements HandlerMethodArgumentResolver {
  private final List<AddressRange> trusted;
  private final ForwardedHeader header;

  ClientAddresses(HttpSettings settings) {
    this.trusted = settings.trustedProxies();
    this.header = settings.forwardedHeader();
  }

  /** Where this request comes from. */
  public ClientAddress of(HttpServletRequest request) {
    String remote = request.getRemoteAddr();
    int zone = remote.indexOf('%'); // the interface of a link-local address
    String peer = zone < 0 ? remote : remote.substring(0, zone).replace("[", "");
    ClientAddress client =
        ClientAddress.parse(peer)
            .orElseThrow(() -> new IllegalStateException("a peer at '%s'".formatted(remote)));
    List<String> hops = isTrusted(client) ? header.hops(request) : List.of();
    for (String hop : hops.reversed()) {
      Optional<ClientAddress> before = ClientAddress.parse(hop);
      if (before.isEmpty()) {
        return client; // "unknown", "_hidden" (RFC 7239 section 6), or rubbish
      }
      client = before.get();
      if (!isTrusted(client)) {
        return client;
      }
    }
    return client;
  }

  private boolean isTrusted(ClientAddress address) {
    return trusted.stream().anyMatch(range -> range.contains(address));
  }

  @Override
  public boolean supportsParameter(MethodParameter parameter) {
    return parameter.getParameterType() == ClientAddress.class;
  }

  @Override
  public Object resolveArgument(
      MethodParameter parameter,
      @Nullable ModelAndViewContainer container,
      NativeWebRequest request,
      @Nullable WebDataBinderFactory binder) {
    return of(Objects.requireNonNull(request.getNativeRequest(HttpServletRequest.class)));
  }
}
