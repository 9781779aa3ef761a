package io.usercenter.token;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** A game server that names a Gson of its own gets that one, and not the one that we need. */
class GsonOnTheClassPathTest {
  @Test
  void oneThatIsTooOldIsRefusedBeforeTheFirstToken() {
    assertThatThrownBy(() -> build(new Hiding("com.google.gson.Strictness"::equals)))
        .hasRootCauseInstanceOf(ClassNotFoundException.class)
        .cause()
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("TokenVerifier needs Gson 2.11.0 or newer")
        .hasMessageContaining("has an older one")
        .hasMessageContaining("com.google.code.gson:gson:2.11.0");
  }

  @Test
  void noneAtAllIsRefusedToo() {
    assertThatThrownBy(() -> build(new Hiding(name -> name.startsWith("com.google.gson."))))
        .cause()
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("needs Gson 2.11.0")
        .hasMessageContaining("has none");
  }

  @Test
  void ourOwnWillDo() {
    assertThatCode(() -> build(new Hiding(name -> false))).doesNotThrowAnyException();
  }

  private static void build(ClassLoader server) throws ReflectiveOperationException {
    Class<?> type = Class.forName(TokenVerifier.class.getName(), true, server);
    Object builder = type.getMethod("builder").invoke(null);
    Class<?> settings = builder.getClass();
    settings.getMethod("issuer", String.class).invoke(builder, "http://127.0.0.1:1");
    settings.getMethod("audience", String.class).invoke(builder, "games");
    settings
        .getMethod("serviceCredential", String.class, String.class)
        .invoke(builder, "sc_test", "secret");
    Object verifier = settings.getMethod("build").invoke(builder);
    type.getMethod("close").invoke(verifier);
  }

  /** Our library and Gson once more, without some classes. */
  private static final class Hiding extends ClassLoader {
    private final Predicate<String> hidden;

    Hiding(Predicate<String> hidden) {
      super(GsonOnTheClassPathTest.class.getClassLoader());
      this.hidden = hidden;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (hidden.test(name)) {
        throw new ClassNotFoundException(name);
      }
      if (!name.startsWith("io.usercenter.token.") && !name.startsWith("com.google.gson.")) {
        return super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        return loaded != null ? loaded : define(name);
      }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
      try (InputStream file = getResourceAsStream(name.replace('.', '/') + ".class")) {
        if (file == null) {
          throw new ClassNotFoundException(name);
        }
        byte[] bytes = file.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }
}
