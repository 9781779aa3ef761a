package io.usercenter.peers.springauthorizationserver;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import java.time.Duration;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.crypto.argon2.Argon2PasswordEncoder;
import org.springframework.security.crypto.password.NoOpPasswordEncoder;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.server.authorization.JdbcOAuth2AuthorizationConsentService;
import org.springframework.security.oauth2.server.authorization.JdbcOAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationConsentService;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.authentication.ClientSecretAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.client.JdbcRegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.settings.ClientSettings;
import org.springframework.security.oauth2.server.authorization.settings.TokenSettings;
import org.springframework.security.oauth2.server.authorization.token.JwtEncodingContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenCustomizer;
import org.springframework.security.provisioning.JdbcUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.LoginUrlAuthenticationEntryPoint;
import org.springframework.security.web.util.matcher.MediaTypeRequestMatcher;

/**
 * Spring Authorization Server with all that it keeps in MySQL, by what it brings for that (<a
 * href="https://docs.spring.io/spring-security/reference/servlet/oauth2/authorization-server/core-model-components.html">Core
 * Model Components</a>), a form to log in with, and tokens and hashes like those of this project.
 */
@SpringBootApplication(proxyBeanMethods = false)
class Application {
  public static void main(String[] arguments) {
    SpringApplication.run(Application.class, arguments);
  }

  /**
   * The endpoints of OAuth 2.0. The secret of a client is compared as it is: it is random, and a
   * slow hash of it at each request would be what is measured.
   */
  @Bean
  @Order(1)
  @SuppressWarnings("deprecation") // so that nobody takes it for the passwords of people
  SecurityFilterChain endpoints(HttpSecurity http) {
    return http.oauth2AuthorizationServer(
            server -> {
              http.securityMatcher(server.getEndpointsMatcher());
              server.clientAuthentication(
                  client ->
                      client.authenticationProviders(
                          providers ->
                              providers.forEach(
                                  provider -> {
                                    if (provider instanceof ClientSecretAuthenticationProvider it) {
                                      it.setPasswordEncoder(NoOpPasswordEncoder.getInstance());
                                    }
                                  })));
            })
        .authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
        .exceptionHandling(
            failures ->
                failures.defaultAuthenticationEntryPointFor(
                    new LoginUrlAuthenticationEntryPoint("/login"),
                    new MediaTypeRequestMatcher(MediaType.TEXT_HTML)))
        .build();
  }

  /** The form, with its token against forged requests. */
  @Bean
  @Order(2)
  SecurityFilterChain form(HttpSecurity http) {
    return http.authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
        .formLogin(Customizer.withDefaults())
        .build();
  }

  @Bean
  JdbcUserDetailsManager users(DataSource database) {
    return new JdbcUserDetailsManager(database);
  }

  @Bean
  PasswordEncoder passwords() {
    return new Argon2PasswordEncoder(16, 32, 1, 7_168, 5);
  }

  @Bean
  RegisteredClientRepository clients(
      JdbcOperations database,
      @Value("${client.id}") String id,
      @Value("${client.secret}") String secret,
      @Value("${client.redirect-uri}") String redirectUri) {
    JdbcRegisteredClientRepository clients = new JdbcRegisteredClientRepository(database);
    clients.save(
        RegisteredClient.withId(UUID.randomUUID().toString())
            .clientId(id)
            .clientSecret(secret)
            .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
            .authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
            .authorizationGrantType(AuthorizationGrantType.REFRESH_TOKEN)
            .redirectUri(redirectUri)
            .clientSettings(
                ClientSettings.builder()
                    .requireProofKey(true)
                    .requireAuthorizationConsent(false)
                    .build())
            .tokenSettings(
                TokenSettings.builder()
                    .accessTokenTimeToLive(Duration.ofMinutes(15))
                    .refreshTokenTimeToLive(Duration.ofDays(1))
                    .reuseRefreshTokens(false)
                    .build())
            .build());
    return clients;
  }

  @Bean
  OAuth2AuthorizationService authorizations(
      JdbcOperations database, RegisteredClientRepository clients) {
    return new JdbcOAuth2AuthorizationService(database, clients);
  }

  @Bean
  OAuth2AuthorizationConsentService consents(
      JdbcOperations database, RegisteredClientRepository clients) {
    return new JdbcOAuth2AuthorizationConsentService(database, clients);
  }

  @Bean
  JWKSource<SecurityContext> keys() throws JOSEException {
    return new ImmutableJWKSet<>(
        new JWKSet(new ECKeyGenerator(Curve.P_256).keyIDFromThumbprint(true).generate()));
  }

  @Bean
  OAuth2TokenCustomizer<JwtEncodingContext> signature() {
    return token -> token.getJwsHeader().algorithm(SignatureAlgorithm.ES256);
  }
}
