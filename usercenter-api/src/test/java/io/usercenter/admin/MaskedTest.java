package io.usercenter.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/** What is left of personal data behind a mask, and that no view of operators forgets it. */
class MaskedTest {
  private static final Set<String> PERSONAL =
      Set.of(
          "ip",
          "device",
          "mail",
          "email",
          "phone",
          "mobile",
          "subject",
          "address",
          "birth",
          "birthday",
          "location",
          "city",
          "gender");

  /** What looks like personal data of players and is none. */
  private static final Set<String> HARMLESS =
      Set.of(
          "SessionView.deviceClass", // mobile, pc
          "AuditEntry.ip", // of an operator
          "OpenSession.ip"); // of an operator

  @ParameterizedTest
  @CsvSource({
    "203.0.113.77, 203.0.*.*",
    "2001:db8:85a3::8a2e, 2001:db8:*",
    "::1, ***",
    "fe80::1, ***",
    "somewhere, ***",
    "1.2.3.4x, ***",
    "'', ***"
  })
  void addressesShowTheirNetwork(String ip, String shown) {
    assertThat(Objects.requireNonNull(Masked.ip(ip))).hasToString(shown);
  }

  @ParameterizedTest
  @CsvSource({
    "email, anna@example.com, a***@example.com",
    "email, a@example.com, ***",
    "email, nonsense, ***",
    "phone, +8613812345678, ***78",
    "phone, 1234567, ***",
    "device, sXq3, ***",
    "steam, 76561198000000000, ***",
    "whatever-comes, secret, ***"
  })
  void whoIsNotKnownIsMaskedWhole(String provider, String subject, String shown) {
    assertThat(Masked.subject(provider, subject)).hasToString(shown);
  }

  @Test
  void inJsonThereIsOnlyTheMask() {
    assertThat(JsonMapper.shared().writeValueAsString(Masked.subject("email", "anna@example.com")))
        .isEqualTo("\"a***@example.com\"");
  }

  /** Of every answer below /admin, down to the last record in it. */
  @Test
  void noViewOfOperatorsShowsPersonalDataAsTheyAre() {
    List<String> bare = new ArrayList<>();
    Set<Type> seen = new HashSet<>();
    int endpoints = 0;
    for (Class<?> controller : controllers()) {
      for (Method method : controller.getDeclaredMethods()) {
        RequestMapping mapping =
            AnnotatedElementUtils.findMergedAnnotation(method, RequestMapping.class);
        if (mapping != null
            && Arrays.stream(mapping.path()).anyMatch(path -> path.startsWith("/admin"))) {
          endpoints++;
          look(method.getGenericReturnType(), seen, bare);
        }
      }
    }
    assertThat(endpoints).isGreaterThan(40);
    assertThat(seen).contains(AccountAdminController.SessionView.class);
    assertThat(bare)
        .as("declare these Masked, or say here that they are no personal data of players")
        .isEmpty();
  }

  private record Planted(String name, String lastLoginIp, List<Deep> more) {
    record Deep(String phoneNumber, String description) {}
  }

  @Test
  void aViewThatForgetsIsFound() {
    List<String> bare = new ArrayList<>();
    look(Planted.class, new HashSet<>(), bare);
    assertThat(bare).containsExactly("Planted.lastLoginIp", "Deep.phoneNumber");
  }

  private static void look(Type type, Set<Type> seen, List<String> bare) {
    if (type instanceof ParameterizedType generic) {
      for (Type argument : generic.getActualTypeArguments()) {
        look(argument, seen, bare);
      }
    }
    if (!(type instanceof Class<?> view) || !view.isRecord() || !seen.add(view)) {
      return;
    }
    if (view.isAnnotationPresent(Unmasked.class)) {
      assertThat(view.getEnclosingClass()).isEqualTo(RevealController.class);
      return;
    }
    for (RecordComponent part : view.getRecordComponents()) {
      String name = view.getSimpleName() + "." + part.getName();
      if (isPersonal(part.getName())
          && part.getType() != Masked.class
          && !part.getType().isPrimitive()
          && !HARMLESS.contains(name)) {
        bare.add(name);
      }
      look(part.getGenericType(), seen, bare);
    }
  }

  private static boolean isPersonal(String name) {
    return Arrays.stream(name.split("(?=[A-Z])", -1))
        .map(word -> word.toLowerCase(Locale.ROOT))
        .anyMatch(PERSONAL::contains);
  }

  private static List<Class<?>> controllers() {
    List<Class<?>> found = new ArrayList<>();
    for (JavaClass each :
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.usercenter")) {
      if (each.isAnnotatedWith(RestController.class)) {
        found.add(each.reflect());
      }
    }
    return found;
  }
}
