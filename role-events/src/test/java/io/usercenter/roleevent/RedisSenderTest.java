package io.usercenter.roleevent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With TLS, the one who answers is the one who was called. */
class RedisSenderTest {
  private static final char[] PASSWORD = "secret-of-tests".toCharArray();

  @TempDir Path folder;

  @Test
  void aTrustedCertificateOfAnotherHostIsRefused() throws Exception {
    KeyStore here = key("here", "ip:127.0.0.1");
    KeyStore elsewhere = key("elsewhere", "dns:elsewhere.example");
    SSLContext before = SSLContext.getDefault();
    SSLContext.setDefault(trusting(here, elsewhere));
    try {
      send(here);
      assertThatThrownBy(() -> send(elsewhere))
          .isInstanceOf(SSLHandshakeException.class)
          .hasMessageContaining("127.0.0.1");
    } finally {
      SSLContext.setDefault(before);
    }
  }

  /** Sends one entry to a Redis with this key that confirms whatever it reads. */
  private static void send(KeyStore key) throws Exception {
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(key, PASSWORD);
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(keys.getKeyManagers(), null, null);
    try (ServerSocket server =
            tls.getServerSocketFactory()
                .createServerSocket(0, 1, InetAddress.getLoopbackAddress());
        RedisSender sender =
            new RedisSender(
                URI.create("rediss://127.0.0.1:" + server.getLocalPort()),
                Duration.ofSeconds(10))) {
      Thread redis = Thread.ofPlatform().daemon().start(() -> confirmOne(server));
      sender.send(List.of(new RoleEventEntry("{}", "gs_1", "signature")), List.of("stream"));
      redis.join();
    }
  }

  private static void confirmOne(ServerSocket server) {
    try (Socket socket = server.accept()) {
      if (socket.getInputStream().read() == '*') {
        socket.getOutputStream().write("$3\r\n1-1\r\n".getBytes(StandardCharsets.US_ASCII));
      }
    } catch (IOException e) {
      // the one who called hung up, and its test says why
    }
  }

  private static SSLContext trusting(KeyStore... keys) throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    for (int i = 0; i < keys.length; i++) {
      trusted.setCertificateEntry("trusted-" + i, keys[i].getCertificate("key"));
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(null, trust.getTrustManagers(), null);
    return tls;
  }

  private KeyStore key(String name, String subject) throws Exception {
    Path file = folder.resolve(name + ".p12");
    Process keytool =
        new ProcessBuilder(
                System.getProperty("java.home") + "/bin/keytool",
                "-genkeypair",
                "-alias",
                "key",
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-ext",
                "san=" + subject,
                "-keystore",
                file.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                new String(PASSWORD))
            .redirectErrorStream(true)
            .start();
    String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(keytool.waitFor()).as(said).isZero();
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD);
    }
    return store;
  }
}
