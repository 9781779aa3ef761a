package io.issuer;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import java.util.concurrent.atomic.AtomicReference;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.jetty.autoconfigure.servlet.JettyServletWebServerAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.annotation.web.configuration.OAuth2AuthorizationServerConfiguration;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.oidc.OidcScopes;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.server.authorization.client.InMemoryRegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.settings.AuthorizationServerSettings;
import org.springframework.security.oauth2.server.authorization.settings.ClientSettings;
import org.springframework.security.oauth2.server.authorization.token.JwtEncodingContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenCustomizer;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;

/** Spring Authorization Server, in this JVM on a free port. */
public final class Issuer implements AutoCloseable {
  public static final String CLIENT = "game-center";
  public static final String PUBLIC_CLIENT = "mobile-game";
  public static final String OTHER_CLIENT = "another-game";
  public static final String SECRET = "a secret: 100 % odd + long";
  public static final String REDIRECT = "http://127.0.0.1:1/came-back";
  static final String PLAYER = "ayla";
  static final String PASSWORD = "a password of the channel";

  private final ConfigurableApplicationContext context;

  private Issuer(ConfigurableApplicationContext context) {
    this.context = context;
  }

  public static Issuer start() {
    return new Issuer(
        new SpringApplicationBuilder(Server.class)
            .properties("spring.config.name=issuer") // not the settings of our application
            .run("--server.port=0", "--server.address=127.0.0.1", "--spring.main.banner-mode=off"));
  }

  /** As it names itself. */
  public String issuer() {
    return "http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port");
  }

  /** Signs with another key from now on, and forgets the old one. */
  public void rotateKeys() {
    context.getBean(Keys.class).rotate();
  }

  @Override
  public void close() {
    context.close();
  }

  static final class Keys {
    private final AtomicReference<RSAKey> key = new AtomicReference<>(fresh());

    void rotate() {
      key.set(fresh());
    }

    private static RSAKey fresh() {
      try {
        return new RSAKeyGenerator(2048).keyIDFromThumbprint(true).generate();
      } catch (JOSEException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @Configuration(proxyBeanMethods = false)
  @EnableWebSecurity
  @ImportAutoConfiguration({
    JettyServletWebServerAutoConfiguration.class,
    DispatcherServletAutoConfiguration.class,
    WebMvcAutoConfiguration.class
  })
  static class Server {
    @Bean
    SecurityFilterChain security(HttpSecurity http) throws Exception {
      return http.oauth2AuthorizationServer(server -> server.oidc(Customizer.withDefaults()))
          .authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
          .formLogin(Customizer.withDefaults())
          .build();
    }

    @Bean
    AuthorizationServerSettings settings() {
      return AuthorizationServerSettings.builder().build();
    }

    @Bean
    UserDetailsService players() {
      return new InMemoryUserDetailsManager(
          User.withUsername(PLAYER).password("{noop}" + PASSWORD).roles("PLAYER").build());
    }

    @Bean
    RegisteredClientRepository clients() {
      return new InMemoryRegisteredClientRepository(
          client(CLIENT, ClientAuthenticationMethod.CLIENT_SECRET_BASIC),
          client(OTHER_CLIENT, ClientAuthenticationMethod.CLIENT_SECRET_BASIC),
          client(PUBLIC_CLIENT, ClientAuthenticationMethod.NONE));
    }

    private static RegisteredClient client(String id, ClientAuthenticationMethod method) {
      RegisteredClient.Builder client =
          RegisteredClient.withId(id)
              .clientId(id)
              .clientAuthenticationMethod(method)
              .authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
              .redirectUri(REDIRECT)
              .scope(OidcScopes.OPENID)
              .scope(OidcScopes.PROFILE)
              .clientSettings(
                  ClientSettings.builder()
                      .requireProofKey(true)
                      .requireAuthorizationConsent(false)
                      .build());
      return method.equals(ClientAuthenticationMethod.NONE)
          ? client.build()
          : client
              .clientSecret("{noop}" + (id.equals(CLIENT) ? SECRET : "a secret of " + id))
              .build();
    }

    @Bean
    OAuth2TokenCustomizer<JwtEncodingContext> names() {
      return token -> {
        if (token.getTokenType().getValue().equals("id_token")) {
          token.getClaims().claim("preferred_username", "Ayla of the channel");
        }
      };
    }

    @Bean
    Keys keys() {
      return new Keys();
    }

    @Bean
    JwtDecoder accessTokens(JWKSource<SecurityContext> jwks) {
      return OAuth2AuthorizationServerConfiguration.jwtDecoder(jwks);
    }

    @Bean
    JWKSource<SecurityContext> jwks(Keys keys) {
      return (selector, _) -> selector.select(new JWKSet(keys.key.get()));
    }
  }
}
