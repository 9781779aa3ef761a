package io.usercenter.token;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The feed's document, as the service writes it and as the verifier reads it. */
class RevocationPageTest {
  private static final Instant AT = Instant.parse("2026-11-21T08:00:00.123Z");
  private static final UserId USER = new UserId(577_000_000_000_000_023L);

  /** The file is read by the tests of clients in other languages too. */
  @Test
  void everyKindIsWrittenInTheAgreedFormAndRead() throws IOException {
    RevocationPage page =
        new RevocationPage(
            "g1.1763712000000-5",
            true,
            false,
            List.of(
                Revocation.ofSession("1-0", USER, 42, RevocationReason.KICKED, AT),
                Revocation.ofEpoch("1-1", USER, 3, RevocationReason.BANNED, AT),
                new Revocation("1-2", USER, 43L, 4, RevocationReason.THEFT, AT),
                new WithdrawnKey("1-3", "k1", AT),
                new WithdrawnTicketKey("1-4", "s1", 260, AT)),
            Set.of(new Shard(0), new Shard(31)));
    String agreed;
    try (InputStream file = getClass().getResourceAsStream("/revocation-page.json")) {
      agreed = new String(requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8).strip();
    }
    assertThat(page.toJson()).isEqualTo(agreed);
    assertThat(RevocationPage.parse(agreed)).isEqualTo(page);
  }

  @Test
  void flagsMayBeAbsentAndTheUnknownIsIgnored() {
    RevocationPage page =
        RevocationPage.parse(
            """
            {"next":"9","since":{"x":[1.5]},"revocations":[
              {"seq":"8","userId":"5","minEpoch":2,"reason":"SOMETHING_NEW","at":"2026-11-21T08:00:00Z","by":"x"},
              {"seq":"9","deviceBan":"of a newer service"}]}
            """);
    assertThat(page.reset()).isFalse();
    assertThat(page.more()).isFalse();
    assertThat(page.news())
        .containsExactly(
            Revocation.ofEpoch(
                "8",
                new UserId(5),
                2,
                RevocationReason.OTHER,
                Instant.parse("2026-11-21T08:00:00Z")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{}",
        "{\"next\":5,\"revocations\":[]}",
        "{\"next\":\"5\",\"revocations\":5}",
        "{\"next\":\"5\",\"revocations\":[],\"unheard\":[\"7\"]}",
        "{\"next\":\"5\",\"revocations\":[],\"unheard\":[32]}",
        "{\"next\":\"5\",\"reset\":\"no\",\"revocations\":[]}",
        "{\"next\":\"5\",\"revocations\":[{\"sessionId\":\"5\"}]}",
        "{\"next\":\"5\",\"revocations\":[{\"seq\":\"1\",\"userId\":5,\"sessionId\":\"5\",\"reason\":\"X\",\"at\":\"2026-11-21T08:00:00Z\"}]}",
        "{\"next\":\"5\",\"revocations\":[{\"seq\":\"1\",\"userId\":\"5\",\"sessionId\":5,\"reason\":\"X\",\"at\":\"2026-11-21T08:00:00Z\"}]}",
        "{\"next\":\"5\",\"revocations\":[{\"seq\":\"1\",\"userId\":\"5\",\"sessionId\":\"5\",\"reason\":\"X\",\"at\":\"yesterday\"}]}",
        "{\"next\":\"5\",\"revocations\":[{\"seq\":\"1\",\"userId\":\"5\",\"minEpoch\":3000000000,\"reason\":\"X\",\"at\":\"2026-11-21T08:00:00Z\"}]}"
      })
  void whatIsNoPageIsRefused(String document) {
    assertThatIllegalArgumentException().isThrownBy(() -> RevocationPage.parse(document));
  }

  @Test
  void aRevocationEndsSomething() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Revocation("1", USER, null, null, RevocationReason.LOGOUT, AT));
  }
}
