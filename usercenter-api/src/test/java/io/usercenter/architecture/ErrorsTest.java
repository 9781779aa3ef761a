package io.usercenter.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.id.InvalidUsernameException;
import io.usercenter.id.UserIdUnavailableException;
import io.usercenter.platform.ErrorCode;
import io.usercenter.testkit.architecture.Tables;
import io.usercenter.token.RejectionReason;
import io.usercenter.token.RevocationReason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/errors.md} has one row for each code and each reason that a caller can get. */
class ErrorsTest {
  /** Nothing is away, and yet waiting helps: somebody else is at it. */
  private static final Set<String> SOON_OVER = Set.of("IDENTITY_BUSY", "IDEMPOTENCY_IN_FLIGHT");

  private static final Path DOCUMENT = Path.of(System.getProperty("uc.root"), "docs/errors.md");

  @Test
  void everyCodeHasOneRowWithItsStatus() throws IOException {
    assertThat(Tables.below(DOCUMENT, "## Codes").stream().map(row -> row.subList(0, 2)))
        .containsExactlyElementsOf(
            Arrays.stream(ErrorCode.values())
                .map(code -> List.of(code.name(), Integer.toString(code.status().value())))
                .toList());
  }

  @Test
  void everyRowSaysWhatHappenedWhatToDoAndWhetherToRetry() throws IOException {
    assertThat(Tables.below(DOCUMENT, "## Codes"))
        .allSatisfy(row -> assertThat(row).hasSize(5).noneMatch(String::isBlank))
        .allSatisfy(row -> assertThat(row.getLast()).matches("(Safe|Useless|Only)\\b.*"));
  }

  @Test
  void whatMayBeRetriedLaterIsExactlyWhatIsAwayOrTooMuch() throws IOException {
    assertThat(Tables.below(DOCUMENT, "## Codes"))
        .allSatisfy(
            row ->
                assertThat(row.getLast().startsWith("Safe after `Retry-After`"))
                    .as("%s", row)
                    .isEqualTo(
                        SOON_OVER.contains(row.getFirst())
                            || row.get(1).equals("429")
                            || (row.get(1).equals("503")
                                && !row.getFirst().equals("ID_TIMESTAMP_OVERFLOW"))));
  }

  @Test
  void everyWayToGetNoIdHasACodeOfItsName() {
    assertThat(names(ErrorCode.values()))
        .containsAll(names(UserIdUnavailableException.Code.values()));
  }

  @Test
  void everyReasonHasARow() throws IOException {
    assertThat(reasons("## Reasons of TOKEN_REJECTED"))
        .containsExactlyElementsOf(names(RejectionReason.values()));
    // EXPIRED is nobody's decision, so it is no RevocationReason.
    assertThat(reasons("## Reasons of SESSION_ENDED"))
        .containsExactlyElementsOf(
            Stream.concat(names(RevocationReason.values()).stream(), Stream.of("EXPIRED"))
                .toList());
    assertThat(reasons("## Reasons of USERNAME_INVALID"))
        .containsExactlyElementsOf(names(InvalidUsernameException.Code.values()));
  }

  private static List<String> reasons(String heading) throws IOException {
    return Tables.below(DOCUMENT, heading).stream().map(List::getFirst).toList();
  }

  private static List<String> names(Enum<?>[] constants) {
    return Arrays.stream(constants).map(Enum::name).toList();
  }
}
