package io.usercenter.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.usercenter.platform.Ports;
import io.usercenter.testkit.Backends;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The internal port with certificates on both sides, made by the JDK's keytool. */
class InternalTlsTest {
  private static final String PASSWORD = "changeit";

  @TempDir private Path folder;

  @Test
  void onlyWhoHasACertificateThatIsTrustedComesIn() throws Exception {
    Path service = key("service");
    Path operator = key("operator");
    Path stranger = key("stranger");
    Path trusted = trusting("operator");
    Path authority = trusting("service");
    try (Usercenter started =
        Usercenter.start(
            Backends.mysql(),
            Backends.redis(),
            "spring.ssl.bundle.jks.internal.keystore.location=" + service.toUri(),
            "spring.ssl.bundle.jks.internal.keystore.password=" + PASSWORD,
            "spring.ssl.bundle.jks.internal.truststore.location=" + trusted.toUri(),
            "spring.ssl.bundle.jks.internal.truststore.password=" + PASSWORD,
            "usercenter.http.internal-ssl-bundle=internal")) {
      String inside = "127.0.0.1:" + started.bean(Ports.class).internalPort();
      URI liveness = URI.create("https://" + inside + "/actuator/health/liveness");

      assertThat(status(authority, operator, liveness)).isEqualTo(200);
      assertThatThrownBy(() -> status(authority, null, liveness)).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> status(authority, stranger, liveness))
          .isInstanceOf(IOException.class);
      assertThat(
              status(
                  authority, operator, URI.create("https://" + inside + "/v1/accounts:checkName")))
          .isEqualTo(404);
      assertThatThrownBy(
              () ->
                  status(
                      authority,
                      null,
                      URI.create("http://" + inside + "/actuator/health/liveness")))
          .isInstanceOf(IOException.class);
      started.players().register(Names.fresh()).expect(201);
    }
  }

  private static int status(Path trusted, @Nullable Path key, URI uri) throws Exception {
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store(trusted));
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(keys(key), trust.getTrustManagers(), null);
    try (HttpClient client =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).sslContext(tls).build()) {
      return client
          .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding())
          .statusCode();
    }
  }

  private static KeyManager @Nullable [] keys(@Nullable Path key) throws Exception {
    if (key == null) {
      return null;
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store(key), PASSWORD.toCharArray());
    return keys.getKeyManagers();
  }

  private static KeyStore store(Path file) throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD.toCharArray());
    }
    return store;
  }

  private Path key(String name) throws Exception {
    Path file = folder.resolve(name + ".p12");
    keytool(
        "-genkeypair",
        "-alias",
        name,
        "-keyalg",
        "EC",
        "-dname",
        "CN=" + name,
        "-ext",
        "san=ip:127.0.0.1",
        "-keystore",
        file.toString());
    keytool(
        "-exportcert",
        "-alias",
        name,
        "-keystore",
        file.toString(),
        "-file",
        folder.resolve(name + ".crt").toString());
    return file;
  }

  private Path trusting(String name) throws Exception {
    Path file = folder.resolve(name + "-trusted.p12");
    keytool(
        "-importcert",
        "-noprompt",
        "-alias",
        name,
        "-keystore",
        file.toString(),
        "-file",
        folder.resolve(name + ".crt").toString());
    return file;
  }

  private static void keytool(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/keytool");
    command.addAll(List.of(arguments));
    command.addAll(List.of("-storetype", "PKCS12", "-storepass", PASSWORD));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }
}
