package io.usercenter.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.usercenter.id.UsernameRules;
import io.usercenter.password.HashFormat;
import io.usercenter.role.LegacyRole;
import io.usercenter.roleevent.RoleId;
import io.usercenter.roleevent.RolePicture;
import io.usercenter.roleevent.ServerId;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is well formed becomes an account; of everything else the line and the reason are told. */
class AccountReaderTest {
  private static final String COLUMNS =
      "username,password_hash,hash_format,salt,channel,created,display_name\n";
  private static final String DIGEST = "a6e9c383c164bc91b24617c73f9c23ba";
  private static final String NOT_FOR_EYES = "c0ffeec0ffeec0ffeec0ffeec0ffee00";

  @Test
  void csvBecomesAccounts() throws Exception {
    List<FileLine> lines =
        csv(
            COLUMNS
                + "Ann,"
                + DIGEST
                + ",md5,kX7,steam,2019-03-01 12:30:00.25,\"Ann \"\"A\"\", the first\"\r\n"
                + "\n"
                + "bob,$2b$04$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01234,,,ios,2019-03-01T12:30:00+02:00,");

    assertThat(lines).hasSize(2).allMatch(LegacyAccount.class::isInstance);
    LegacyAccount ann = (LegacyAccount) lines.get(0);
    assertThat(ann.line()).isEqualTo(2);
    assertThat(ann.username().canonical()).isEqualTo("ann");
    assertThat(ann.displayName()).isEqualTo("Ann \"A\", the first");
    assertThat(ann.hash().text()).isEqualTo("$md5$salt=kX7$" + DIGEST);
    assertThat(ann.channel()).isEqualTo("steam");
    assertThat(ann.created()).isEqualTo(Instant.parse("2019-03-01T12:30:00.250Z"));
    LegacyAccount bob = (LegacyAccount) lines.get(1);
    assertThat(bob.line()).isEqualTo(4);
    assertThat(bob.displayName()).isEqualTo("bob");
    assertThat(bob.hash().format()).isEqualTo(HashFormat.BCRYPT);
    assertThat(bob.created()).isEqualTo(Instant.parse("2019-03-01T10:30:00Z"));
  }

  @Test
  void columnsMayStandInAnyOrderAndOthersBeIgnored() throws Exception {
    AccountReader reader =
        reader(
            FileFormat.CSV,
            "level, created ,channel,password_hash,username\n7,2019-03-01,a,$md5$salt=$"
                + DIGEST
                + ",carl",
            Set.of("level"));

    assertThat(reader.next())
        .isInstanceOfSatisfying(
            LegacyAccount.class, a -> assertThat(a.username().canonical()).isEqualTo("carl"));
  }

  @Test
  void ndjsonBecomesAccounts() throws Exception {
    List<FileLine> lines =
        ndjson(
            """
            {"username":"玩家一号","password_hash":"%s","hash_format":"md5:password-salt","salt":"s","channel":"a","created":"2019-03-01","display_name":null}
            """
                .formatted(DIGEST));

    assertThat(lines)
        .singleElement()
        .isInstanceOfSatisfying(
            LegacyAccount.class,
            account -> {
              assertThat(account.displayName()).isEqualTo("玩家一号");
              assertThat(account.hash().text())
                  .isEqualTo("$md5$salt=s,order=password-salt$" + DIGEST);
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "ann,h,,,a,2019-03-01                  | WRONG_FIELD_COUNT",
        "ann,h,,,a,2019-03-01,n,more           | WRONG_FIELD_COUNT",
        "ann,h,,,a,2019-03-01,\"open           | MALFORMED",
        "ann,h,,,a,2019-03-01,\"n\"x           | MALFORMED",
        ",$md5$salt=$%H,,,a,2019-03-01,         | FIELD_MISSING",
        "ann,,,,a,2019-03-01,                  | FIELD_MISSING",
        "ann,$md5$salt=$%H,,,,2019-03-01,       | FIELD_MISSING",
        "ann,$md5$salt=$%H,,,a,,                | FIELD_MISSING",
        "a b,$md5$salt=$%H,,,a,2019-03-01,      | USERNAME_INVALID",
        "ab,$md5$salt=$%H,,,a,2019-03-01,       | USERNAME_INVALID",
        "аnn,$md5$salt=$%H,,,a,2019-03-01,      | USERNAME_INVALID",
        "ann,$md5$salt=$%H,,,A B,2019-03-01,    | CHANNEL_INVALID",
        "ann,$md5$salt=$%H,,,a,01.03.2019,      | DATE_INVALID",
        "ann,$md5$salt=$%H,,,a,2019-02-30,      | DATE_INVALID",
        "ann,$md5$salt=$%H,,,a,1551398400,      | DATE_INVALID",
        "ann,$md5$salt=$%H,,,a,1980-01-01,      | DATE_INVALID",
        "ann,$md5$salt=$%H,,,a,2027-01-01,      | DATE_INVALID",
        "ann,$md5$salt=$%H,,,a,2019-03-01,x\u0007y | DISPLAY_NAME_INVALID",
        "ann,secret,,,a,2019-03-01,            | HASH_UNSUPPORTED",
        "ann,$5$abc$%H,,,a,2019-03-01,          | HASH_UNSUPPORTED",
        "ann,%H,md4,s,a,2019-03-01,             | HASH_UNSUPPORTED",
        "ann,$md5$salt=$%H,,s,a,2019-03-01,     | HASH_MALFORMED",
        "ann,%H0,md5,s,a,2019-03-01,            | HASH_MALFORMED",
        "ann,%H,md5,s$t,a,2019-03-01,           | HASH_MALFORMED",
        "ann,$2b$31$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01234,,,a,2019-03-01, |"
            + " HASH_TOO_COSTLY",
        "ann,pbkdf2_sha256$20000000$c2FsdHNhbHQ$MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=,,,a,2019-03-01,"
            + " | HASH_TOO_COSTLY",
      })
  void aLineThatCannotBeUsedIsToldByItsReason(String line, RejectCode code) throws Exception {
    List<FileLine> lines = csv(COLUMNS + line.replace("%H", NOT_FOR_EYES) + "\n");

    assertThat(lines)
        .singleElement()
        .isInstanceOfSatisfying(
            Reject.class,
            reject -> {
              assertThat(reject.code()).isEqualTo(code);
              assertThat(reject.line()).isEqualTo(2);
              assertThat(reject.message())
                  .isNotBlank()
                  .hasSizeLessThan(255)
                  .doesNotContain("c0ffee", "secret", "abcdefghij", "c2Fsd");
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"username\":\"secret\"        | MALFORMED",
        "secret                          | MALFORMED",
        "[]                              | MALFORMED",
        "{} {}                           | MALFORMED",
        "{\"username\":\"a\",\"username\":\"secret\"} | MALFORMED",
        "{\"secret\":\"a\"}              | UNKNOWN_FIELD",
        "{\"username\":17}               | FIELD_MISSING",
        "{\"username\":[\"secret\"]}     | FIELD_MISSING",
        "{\"username\":\"ann\"}          | FIELD_MISSING",
        "{\"username\":\"ann\\ud800\",\"password_hash\":\"x\"} | USERNAME_INVALID",
      })
  void soIsJsonThatCannotBeUsed(String line, RejectCode code) throws Exception {
    assertThat(ndjson(line))
        .singleElement()
        .isInstanceOfSatisfying(
            Reject.class,
            reject -> {
              assertThat(reject.code()).isEqualTo(code);
              assertThat(reject.message()).isNotBlank().doesNotContain("secret");
            });
  }

  @Test
  void charactersComeAsJsonInBothForms() throws Exception {
    String roles =
        "[{\"serverId\":\"s1\",\"roleId\":\"r:1\",\"name\":\"小明,"
            + " \\\"M\\\"\",\"level\":31,\"job\":\"mage\",\"power\":120345,\"channel\":\"steam\",\"createdAt\":\"2009-01-02\",\"lastLoginAt\":\"2019-03-01"
            + " 12:30:00.5\"},"
            + "{\"serverId\":\"s2\",\"roleId\":\"r:1\",\"name\":\"\",\"level\":0,\"createdAt\":null}]";
    List<LegacyRole> expected =
        List.of(
            new LegacyRole(
                new ServerId("s1"),
                new RoleId("r:1"),
                new RolePicture("小明, \"M\"", 31, "mage", 120345, "steam"),
                Instant.parse("2009-01-02T00:00:00Z"),
                Instant.parse("2019-03-01T12:30:00.500Z")),
            new LegacyRole(
                new ServerId("s2"),
                new RoleId("r:1"),
                new RolePicture("", 0, "", 0, ""),
                null,
                null));

    assertThat(roles(ndjson(withRoles(roles)))).isEqualTo(expected);
    assertThat(
            roles(
                csv(
                    "username,password_hash,channel,created,roles\nann,$md5$salt=$%s,a,2019-03-01,\"%s\""
                        .formatted(DIGEST, roles.replace("\"", "\"\"")))))
        .isEqualTo(expected);
    assertThat(roles(ndjson(withRoles("[]")))).isEmpty();
    assertThat(roles(ndjson(withRoles("null")))).isEmpty();
    assertThat(
            roles(
                csv(
                    "username,password_hash,channel,created,roles\nann,$md5$salt=$%s,a,2019-03-01,"
                        .formatted(DIGEST))))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}                       | roles must be a JSON array of objects",
        "\"secret\"               | roles must be a JSON array of objects",
        "[\"secret\"]             | roles[0]: must be a JSON object",
        "[%R,[]]                  | roles[1]: must be a JSON object",
        "[{\"secret\":1}]         | roles[0]: a field is none of [channel, createdAt, job,"
            + " lastLoginAt, level, name, power, roleId, serverId]",
        "[{\"roleId\":\"secret\",\"name\":\"a\",\"level\":1}] | roles[0]: serverId is missing",
        "[{\"serverId\":\"s\",\"roleId\":77,\"name\":\"a\",\"level\":1}] | roles[0]: roleId must be"
            + " a JSON string",
        "[{\"serverId\":\"s\",\"roleId\":\"secret!\",\"name\":\"a\",\"level\":1}] | roles[0]:"
            + " roleId may hold letters, digits and _.:- only; U+0021 stands at position 6",
        "[{\"serverId\":\"s\",\"roleId\":\"r\",\"level\":1}] | roles[0]: role.name is missing",
        "[{\"serverId\":\"s\",\"roleId\":\"r\",\"name\":\"a\",\"level\":-1}] | roles[0]: role.level"
            + " must be 0 or more, was -1",
        "[{\"serverId\":\"s\",\"roleId\":\"r\",\"name\":\"a\",\"level\":1,\"createdAt\":\"secret\"}]"
            + " | roles[0]: createdAt must be like 2019-03-01T12:30:00Z, 2019-03-01 12:30:00 (UTC)"
            + " or 2019-03-01",
        "[{\"serverId\":\"s\",\"roleId\":\"r\",\"name\":\"a\",\"level\":1,\"lastLoginAt\":7}] |"
            + " roles[0]: lastLoginAt must be a JSON string",
        "[%R,%R]                  | roles[1]: is the same character as roles[0]",
      })
  void aCharacterThatCannotBeUsedRejectsItsLine(String roles, String message) throws Exception {
    String filled =
        roles.replace(
            "%R", "{\"serverId\":\"s\",\"roleId\":\"r\",\"name\":\"secret\",\"level\":1}");

    assertThat(ndjson(withRoles(filled)))
        .containsExactly(new Reject(1, RejectCode.ROLE_INVALID, message));
  }

  @Test
  void anAccountMayHaveAHundredCharacters() throws Exception {
    List<String> roles = new ArrayList<>();
    for (int i = 0; i < 101; i++) {
      roles.add(
          "{\"serverId\":\"%s\",\"roleId\":\"%064d\",\"name\":\"%s\",\"level\":1}"
              .formatted("s".repeat(32), i, "🐎".repeat(64)));
    }

    assertThat(ndjson(withRoles(roles.toString())))
        .containsExactly(
            new Reject(1, RejectCode.ROLE_INVALID, "roles has 101 characters, more than 100"));
    assertThat(roles(ndjson(withRoles(roles.subList(0, 100).toString())))).hasSize(100);
  }

  @Test
  void aCellThatIsNotJsonRejectsItsLine() throws Exception {
    assertThat(
            csv(
                "username,password_hash,channel,created,roles\nann,$md5$salt=$%s,a,2019-03-01,secret"
                    .formatted(DIGEST)))
        .singleElement()
        .isInstanceOfSatisfying(
            Reject.class,
            reject -> {
              assertThat(reject.code()).isEqualTo(RejectCode.ROLE_INVALID);
              assertThat(reject.message()).startsWith("roles is not JSON").doesNotContain("secret");
            });
  }

  private static String withRoles(String roles) {
    return "{\"username\":\"ann\",\"password_hash\":\"$md5$salt=$%s\",\"channel\":\"a\",\"created\":\"2019-03-01\",\"roles\":%s}"
        .formatted(DIGEST, roles);
  }

  private static List<LegacyRole> roles(List<FileLine> lines) {
    return ((LegacyAccount) lines.getFirst()).roles();
  }

  @Test
  void jsonOfAThousandLevelsIsOneReject() throws Exception {
    assertThat(ndjson("[".repeat(8_000) + "\n" + "{\"a\":".repeat(2_000)))
        .hasSize(2)
        .allSatisfy(
            line ->
                assertThat(line)
                    .isInstanceOfSatisfying(
                        Reject.class, r -> assertThat(r.code()).isEqualTo(RejectCode.MALFORMED)));
  }

  @Test
  void aDisplayNameMayHave64Characters() throws Exception {
    String line = "ann,$md5$salt=$" + DIGEST + ",,,a,2019-03-01,";

    assertThat(csv(COLUMNS + line + "🐎".repeat(64)))
        .singleElement()
        .isInstanceOf(LegacyAccount.class);
    assertThat(csv(COLUMNS + line + "🐎".repeat(65)))
        .singleElement()
        .isInstanceOfSatisfying(
            Reject.class, r -> assertThat(r.code()).isEqualTo(RejectCode.DISPLAY_NAME_INVALID));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\n",
        "username,password_hash,channel\n",
        "username,password_hash,channel,created,username\n",
        "username,password_hash,channel,created,secret\n",
        "\"username,password_hash,channel,created\n",
        "ann;$2b$;a;2019-03-01\n",
      })
  void aFileWithoutTheColumnsIsRefusedAsAWhole(String file) {
    assertThatThrownBy(() -> csv(file))
        .isInstanceOf(UnusableFileException.class)
        .hasMessageNotContaining("secret");
  }

  private static List<FileLine> csv(String file) throws IOException, UnusableFileException {
    return all(reader(FileFormat.CSV, file, Set.of()));
  }

  private static List<FileLine> ndjson(String file) throws IOException, UnusableFileException {
    return all(reader(FileFormat.NDJSON, file, Set.of()));
  }

  private static AccountReader reader(FileFormat format, String file, Set<String> ignored)
      throws IOException, UnusableFileException {
    return AccountReader.open(
        format,
        new Lines(new ByteArrayInputStream(file.getBytes(StandardCharsets.UTF_8))),
        UsernameRules.standard(),
        ignored,
        Instant.parse("2026-11-21T00:00:00Z"));
  }

  private static List<FileLine> all(AccountReader reader) throws IOException {
    List<FileLine> all = new ArrayList<>();
    for (FileLine line = reader.next(); line != null; line = reader.next()) {
      all.add(line);
    }
    return all;
  }
}
