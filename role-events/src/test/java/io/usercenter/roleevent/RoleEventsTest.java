package io.usercenter.roleevent;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.id.UserId;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written is read back, and what breaks a rule is refused with the name of its field. */
class RoleEventsTest {
  private static final String FULL =
      """
      {"eventId":"8f1c","type":"ROLE_UPDATED","serverId":"s1","userId":"583923047215104",
       "roleId":"r-77","serverEpoch":3,"revision":12,"occurredAt":"2026-11-21T08:00:00.123Z",
       "role":{"name":"Ayla","level":31,"job":"mage","power":120345,"channel":"steam"},
       "feed":{"publisher":"gs1-7f3a","number":4711}}
      """;

  private static final RoleEvent EVENT =
      new RoleEvent(
          "8f1c",
          RoleEvent.Type.ROLE_UPDATED,
          new ServerId("s1"),
          UserId.parse("583923047215104"),
          new RoleId("r-77"),
          new RoleVersion(3, 12),
          Instant.parse("2026-11-21T08:00:00.123Z"),
          new RolePicture("Ayla", 31, "mage", 120_345, "steam"),
          new FeedPosition("gs1-7f3a", 4711));

  @Test
  void anEventIsReadFieldForField() {
    assertThat(RoleEvents.parse(FULL)).isEqualTo(new ParsedRoleEvent.Valid(EVENT));
  }

  @Test
  void whatIsWrittenIsReadBack() {
    RoleEvent bare =
        new RoleEvent(
            "x:1",
            RoleEvent.Type.ROLE_LOGGED_IN,
            new ServerId("eu.1"),
            new UserId(Long.MAX_VALUE),
            new RoleId("a_b.c:d-e"),
            RoleVersion.of(Long.MAX_VALUE),
            Instant.parse("2018-01-01T00:00:00Z"),
            null,
            null);
    RoleEvent strange =
        new RoleEvent(
            "y",
            RoleEvent.Type.ROLE_DELETED,
            new ServerId("s"),
            new UserId(1),
            new RoleId("r"),
            RoleVersion.of(1),
            EVENT.occurredAt(),
            new RolePicture("𝔘nicorn 🦄 \"小明\" \\", Integer.MAX_VALUE, "", Long.MAX_VALUE, ""),
            null);

    for (RoleEvent event : new RoleEvent[] {EVENT, bare, strange}) {
      assertThat(RoleEvents.parse(RoleEvents.write(event)))
          .isEqualTo(new ParsedRoleEvent.Valid(event));
      assertThat(RoleEvents.userOf(RoleEvents.write(event))).isEqualTo(event.userId());
    }
  }

  @Test
  void fieldsOfANewerPublisherAreNoMistakeAndThoseOfTheCharacterAreKept() {
    String newer =
        FULL.replace(
                "\"level\":31",
                "\"level\":31,\"guild\":{\"id\":[1,2]},\"luck\":0.1234567890123456789")
            .replace("\"revision\":12", "\"revision\":12,\"mood\":3");

    RoleEvent read = ((ParsedRoleEvent.Valid) RoleEvents.parse(newer)).event();
    assertThat(read)
        .isEqualTo(
            new RoleEvent(
                EVENT.eventId(),
                EVENT.type(),
                EVENT.serverId(),
                EVENT.userId(),
                EVENT.roleId(),
                EVENT.version(),
                EVENT.occurredAt(),
                new RolePicture(
                    "Ayla",
                    31,
                    "mage",
                    120_345,
                    "steam",
                    "{\"guild\":{\"id\":[1,2]},\"luck\":0.1234567890123456789}"),
                EVENT.position()));
    assertThat(RoleEvents.parse(RoleEvents.write(read))).isEqualTo(new ParsedRoleEvent.Valid(read));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "eventId    | \"eventId\":\"8f1c\"               | \"eventId\":\"\"",
        "eventId    | \"eventId\":\"8f1c\",              | ``",
        "type       | ROLE_UPDATED                       | ROLE_MERGED",
        "serverId   | \"s1\"                             | \"s 1\"",
        "serverId   | \"s1\"                             | 1",
        "userId     | \"583923047215104\"                | 583923047215104",
        "userId     | \"583923047215104\"                | \"-1\"",
        "userId     | \"583923047215104\"                | \"99999999999999999999\"",
        "roleId     | \"r-77\"                           | \"r/77\"",
        "roleId     | \"r-77\"                           | null",
        "revision   | \"revision\":12                    | \"revision\":0",
        "revision   | \"revision\":12                    | \"revision\":1.5",
        "revision   | \"revision\":12                    | \"revision\":9223372036854775808",
        "occurredAt | 2026-11-21T08:00:00.123Z           | 2026-11-21 08:00:00",
        "occurredAt | 2026-11-21T08:00:00.123Z           | 2126-11-21T08:00:00Z",
        "role       | \"role\":{                         | \"other\":{",
        "role       | \"role\":{                         | \"role\":1,\"other\":{",
        "role.name  | \"name\":\"Ayla\",                 | ``",
        "role.name  | Ayla                               | a\\u0000b",
        "role.name  | Ayla                               | a\\ud800b",
        "role.level | 31                                 | -1",
        "role.level | 31                                 | 2147483648",
        "role.level | 31                                 | \"31\"",
        "role.power | 120345                             | 1e3",
        "role.job   | \"mage\"                           | 5",
      })
  void whatBreaksARuleIsRefusedWithItsField(String field, String good, String bad) {
    assertThat(FULL).contains(good);

    ParsedRoleEvent parsed = RoleEvents.parse(FULL.replace(good, bad));

    assertThat(parsed).isInstanceOf(ParsedRoleEvent.Refused.class);
    ParsedRoleEvent.Refused refused = (ParsedRoleEvent.Refused) parsed;
    assertThat(refused.field()).isEqualTo(field);
    assertThat(refused.message()).startsWith(field + " ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null", "[]", "{", "{}{}", "{\"type\":1,\"type\":2}", "\u0000", "1"})
  void whatIsNoObjectIsRefused(String text) {
    ParsedRoleEvent parsed = RoleEvents.parse(text);

    assertThat(parsed).isInstanceOf(ParsedRoleEvent.Refused.class);
  }

  @Test
  void depthLengthAndPasswordsInTheTextDoNotHurt() {
    assertThat(RoleEvents.parse("[".repeat(5_000))).isInstanceOf(ParsedRoleEvent.Refused.class);
    assertThat(RoleEvents.parse(" ".repeat(RoleEvents.MAX_TEXT_LENGTH) + FULL))
        .isInstanceOf(ParsedRoleEvent.Refused.class);
    assertThat(RoleEvents.parse("{\"a\": hunter2}").toString()).doesNotContain("hunter2");
  }

  @Test
  void whatIsReadInOnePassIsWhatIsReadWithCare() {
    assertThat(UsualForm.read(RoleEvents.write(EVENT))).isEqualTo(EVENT);
    Random random = new Random(7);
    String[] parts = {
      "", "\"", ",", "null", "0", "-1", "31", "{}", "\"role\":", "\"level\":1,", "\\"
    };
    int usual = 0;
    for (int i = 0; i < 50_000; i++) {
      StringBuilder text = new StringBuilder(FULL);
      for (int edits = random.nextInt(3); edits >= 0; edits--) {
        int from = random.nextInt(text.length());
        int to = Math.min(text.length(), from + random.nextInt(4));
        text.replace(from, to, parts[random.nextInt(parts.length)]);
      }

      RoleEvent read = UsualForm.read(text.toString());

      if (read != null) {
        usual++;
        assertThat(RoleEvents.parseWithCare(text.toString()))
            .as(text.toString())
            .isEqualTo(new ParsedRoleEvent.Valid(read));
      }
    }
    assertThat(usual).isBetween(1_000, 49_000);
  }

  @Test
  void namesAreCountedInCodePoints() {
    assertThat(RoleEvents.parse(FULL.replace("Ayla", "🦄".repeat(64))))
        .isInstanceOf(ParsedRoleEvent.Valid.class);
    assertThat(RoleEvents.parse(FULL.replace("Ayla", "🦄".repeat(65))))
        .isInstanceOf(ParsedRoleEvent.Refused.class);
  }
}
