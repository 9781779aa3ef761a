package io.usercenter.platform;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.Set;
import org.eclipse.jetty.server.AbstractConnector;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.VirtualThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.jetty.servlet.JettyServletWebServerFactory;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Two doors: the public port for game clients and game servers, and the internal port for
 * operators, the console and the actuator. A path asked for at the wrong door does not exist there.
 */
public final class Ports
    implements WebServerFactoryCustomizer<JettyServletWebServerFactory>, MeterBinder {
  static final String INTERNAL = "internal";

  private static final Set<String> OUTSIDE = Set.of("v1", "server", ".well-known");
  private static final Set<String> INSIDE = Set.of("admin", "actuator", "console", "v3");

  /**
   * Connections that wait to be accepted when all come at once. Beyond it TCP asks again after one,
   * three and seven seconds, and Java's 50 are gone in an instant after a maintenance. The system
   * cuts it down to its own limit, {@code net.core.somaxconn} in listen(2).
   */
  private static final int ACCEPT_QUEUE = 4096;

  /** Of every answer that does not set its own; the console needs another policy. */
  static final Map<String, String> SECURITY_HEADERS =
      Map.of(
          "X-Content-Type-Options", "nosniff",
          "Cache-Control", "no-store",
          "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'",
          "Referrer-Policy", "no-referrer");

  private final HttpSettings settings;
  private final SslBundles bundles;
  private final BodyLimits bodies;
  private final int connections;
  private @Nullable ServerConnector internal;

  Ports(HttpSettings settings, SslBundles bundles) {
    this.settings = settings;
    this.bundles = bundles;
    this.bodies =
        new BodyLimits(settings.maxRequestBody().toBytes(), settings.bodyMemory().toBytes());
    this.connections = settings.connections(Runtime.getRuntime().maxMemory());
  }

  @Override
  public void customize(JettyServletWebServerFactory factory) {
    factory.addServerCustomizers(this::addInternalPort);
  }

  private void addInternalPort(Server server) {
    ServerConnector connector = internalConnector(server, publicHttp(server));
    connector.setHost(settings.internalAddress());
    connector.setPort(settings.internalPort());
    connector.setName(INTERNAL);
    for (Connector other : server.getConnectors()) {
      if (other instanceof AbstractConnector unnamed) {
        unnamed.setName("public");
        connector.setIdleTimeout(unnamed.getIdleTimeout());
      }
    }
    server.addConnector(connector);
    if (server.getThreadPool() instanceof VirtualThreadPool threads) {
      // As many requests at once as connections. At Jetty's own limit of 200 whoever watches the
      // connections waits as well, and nobody is served.
      threads.setMaxConcurrentTasks(0);
    }
    for (Connector each : server.getConnectors()) {
      if (each instanceof AbstractConnector guarded) {
        guarded.setConnectionFactories(
            guarded.getConnectionFactories().stream().map(Ports::bounded).toList());
        guarded.addBean(new NetworkConnectionLimit(connections, guarded));
        guarded.addBean(new SlowSenders(guarded, settings.slowSenderPatience()));
      }
      if (each instanceof ServerConnector listening) {
        listening.setAcceptQueueSize(ACCEPT_QUEUE);
      }
    }
    server.setErrorHandler(new ProblemErrorHandler());
    server.insertHandler(bodies);
    internal = connector;
  }

  private static ConnectionFactory bounded(ConnectionFactory factory) {
    return factory instanceof HttpConnectionFactory http
        ? new BoundedHttp(http.getHttpConfiguration())
        : factory;
  }

  /** How many connections there are is Jetty's to say: {@code jetty.connections.current}. */
  @Override
  public void bindTo(MeterRegistry registry) {
    Gauge.builder("uc.http.connections.limit", () -> connections)
        .description("Connections that each port takes at once; more wait to be accepted")
        .register(registry);
    bodies.bindTo(registry);
  }

  /**
   * What Spring Boot set: the size of heads, and no word about the server's version. What headers a
   * connection sent before is not remembered: that takes 98 KB of each, which is all of the heap
   * before there are as many as there may be.
   */
  private static HttpConfiguration publicHttp(Server server) {
    HttpConfiguration http =
        server
            .getConnectors()[0]
            .getConnectionFactory(HttpConnectionFactory.class)
            .getHttpConfiguration();
    http.setHeaderCacheSize(0);
    return http;
  }

  private ServerConnector internalConnector(Server server, HttpConfiguration http) {
    if (settings.internalSslBundle().isEmpty()) {
      return new ServerConnector(server, new HttpConnectionFactory(new HttpConfiguration(http)));
    }
    SslBundle bundle = bundles.getBundle(settings.internalSslBundle());
    if (bundle.getStores().getTrustStore() == null) {
      throw new IllegalArgumentException(
          "usercenter.http.internal-ssl-bundle needs a trust store: with whose certificates callers"
              + " come in");
    }
    SslContextFactory.Server tls = new SslContextFactory.Server();
    tls.setSslContext(bundle.createSslContext());
    tls.setNeedClientAuth(true);
    HttpConfiguration secure = new HttpConfiguration(http);
    // Callers come by address; whether the certificate is that of the service is theirs to check.
    secure.addCustomizer(new SecureRequestCustomizer(false));
    return new ServerConnector(server, tls, new HttpConnectionFactory(secure));
  }

  /** The internal port in use; differs from the setting when that is 0. */
  public int internalPort() {
    ServerConnector connector = internal;
    if (connector == null) {
      throw new IllegalStateException("the web server was not made yet");
    }
    return connector.getLocalPort();
  }

  boolean isInternal(HttpServletRequest request) {
    return request.getLocalPort() == internalPort();
  }

  /**
   * Whether the path exists behind this door. The first segment is compared as it was sent: one
   * that is spelled with escapes or parameters ({@code /%61dmin}, {@code /admin;a=b}) is none of
   * ours.
   */
  private boolean leadsTo(HttpServletRequest request) {
    String path = request.getRequestURI();
    int end = path.indexOf('/', 1);
    String first = path.substring(Math.min(1, path.length()), end < 0 ? path.length() : end);
    return (isInternal(request) ? INSIDE : OUTSIDE).contains(first);
  }

  /**
   * Refuses what is asked for at the wrong door, and hears out whoever is refused: a connection
   * that is closed while its client still sends is reset, and the refusal is lost with it.
   */
  static final class Guard extends OncePerRequestFilter {
    private static final Logger log = LoggerFactory.getLogger(Guard.class);

    private final Ports ports;
    private final Drain drain;

    Guard(Ports ports, Drain drain) {
      this.ports = ports;
      this.drain = drain;
    }

    @Override
    protected void doFilterInternal(
        HttpServletRequest request, HttpServletResponse response, FilterChain chain)
        throws ServletException, IOException {
      SECURITY_HEADERS.forEach(response::setHeader);
      if (drain.hasBegun()) {
        response.setHeader("Connection", "close");
      }
      try {
        pass(request, response, chain);
      } finally {
        if (response.getStatus() >= HttpServletResponse.SC_BAD_REQUEST
            && BodyLimits.release(request)) {
          hearOut(request);
        }
      }
    }

    private void pass(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
        throws ServletException, IOException {
      String type = request.getContentType();
      if (!ports.leadsTo(request)) {
        response.sendError(HttpServletResponse.SC_NOT_FOUND);
      } else if (request.getMethod().equals("TRACE")) {
        // Servlets would send the request back, credentials included (RFC 9110 section 9.3.8).
        response.sendError(HttpServletResponse.SC_METHOD_NOT_ALLOWED);
      } else if (type != null && type.contains("*")) {
        // Nothing has the type "*/*"; Spring takes it for a mistake of ours.
        response.sendError(HttpServletResponse.SC_UNSUPPORTED_MEDIA_TYPE);
      } else {
        chain.doFilter(request, response);
      }
    }

    /** Up to the limit of a body. Who waits for leave to send it is not asked to. */
    private static void hearOut(HttpServletRequest request) {
      if (request.getHeader("Expect") != null) {
        return;
      }
      try {
        request.getInputStream().transferTo(OutputStream.nullOutputStream());
      } catch (IOException | RuntimeException e) {
        // Too long, too slow or no HTTP: it is refused already, and the connection ends.
        log.debug("the rest of a refused request cannot be read", e);
      }
    }
  }
}
