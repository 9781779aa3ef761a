package io.usercenter.role;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.id.UserId;
import io.usercenter.roleevent.RoleEvent;
import io.usercenter.roleevent.RoleVersion;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The rule itself: rows made of the same events are equal. All orders of small histories are tried.
 */
class RoleRowTest {
  private static final TestEvents ROLE = TestEvents.of(new UserId(4096), "r1");

  @Test
  void everyOrderOfAHistoryGivesTheSameRow() {
    List<RoleEvent> history =
        List.of(
            ROLE.created(1, 1),
            ROLE.loggedIn(1, 10),
            ROLE.updated(2, 7),
            ROLE.deleted(3),
            ROLE.updated(4, 8),
            ROLE.loggedIn(5, 50, 9),
            ROLE.loggedIn(4, 45));

    Set<RoleRow> rows =
        TestEvents.permutations(history).stream().map(this::row).collect(Collectors.toSet());

    assertThat(rows)
        .containsExactly(
            new RoleRow(
                TestEvents.picture(9),
                Role.State.ACTIVE,
                RoleVersion.of(5),
                TestEvents.NOON.plusSeconds(50)));
  }

  @Test
  void olderEventsMayBeLostAndAllMayBeDoubled() {
    Random random = new Random(1);
    for (int i = 0; i < 500; i++) {
      List<RoleEvent> history = new ArrayList<>();
      for (int revision = 1; revision <= 6; revision++) {
        history.add(
            random.nextBoolean() ? ROLE.updated(revision, revision) : ROLE.deleted(revision));
      }
      RoleRow whole = row(history);
      List<RoleEvent> late = new ArrayList<>(history.subList(random.nextInt(6), 6));
      late.addAll(late.subList(0, random.nextInt(late.size())));
      Collections.shuffle(late, random);

      assertThat(row(late)).isEqualTo(whole);
    }
  }

  @Test
  void aLoginWithoutAPictureHidesNoPictureThatIsOnItsWay() {
    RoleRow row = row(List.of(ROLE.loggedIn(9, 90), ROLE.updated(8, 30)));

    assertThat(row.picture().level()).isEqualTo(30);
    assertThat(row.lastLoginAt()).isEqualTo(TestEvents.NOON.plusSeconds(90));
  }

  @Test
  void aTombstoneStaysUntilANewerPicture() {
    RoleEvent deleted = ROLE.deleted(5);

    assertThat(row(List.of(deleted, ROLE.updated(4, 2))).state()).isEqualTo(Role.State.DELETED);
    assertThat(row(List.of(deleted, ROLE.loggedIn(6, 60))).state()).isEqualTo(Role.State.DELETED);
    assertThat(row(List.of(deleted, ROLE.created(6, 1))).state()).isEqualTo(Role.State.ACTIVE);
  }

  @Test
  void aServerThatWasSetBackIsNewerThanAllItToldBefore() {
    List<RoleEvent> history =
        List.of(
            ROLE.created(1, 1),
            ROLE.updated(7, 70),
            ROLE.loggedIn(7, 90),
            TestEvents.inEpoch(1, ROLE.updated(2, 2)),
            TestEvents.inEpoch(1, ROLE.updated(3, 4)));

    assertThat(TestEvents.permutations(history).stream().map(this::row).distinct())
        .containsExactly(
            new RoleRow(
                TestEvents.picture(4),
                Role.State.ACTIVE,
                new RoleVersion(1, 3),
                TestEvents.NOON.plusSeconds(90)));
  }

  private RoleRow row(List<RoleEvent> events) {
    return events.stream().map(RoleRow::of).reduce(RoleRow::with).orElseThrow();
  }
}
