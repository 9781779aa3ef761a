package io.usercenter.role;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.id.UserId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The rule itself: rows made of the same events are equal. All orders of small histories are tried.
 */
class RoleRowTest {
  private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

  @Test
  void everyOrderOfAHistoryGivesTheSameRow() {
    List<RoleEvent> history =
        List.of(
            event(RoleEvent.Type.ROLE_CREATED, 1, 0, level(1)),
            event(RoleEvent.Type.ROLE_LOGGED_IN, 1, 10, null),
            event(RoleEvent.Type.ROLE_UPDATED, 2, 20, level(7)),
            event(RoleEvent.Type.ROLE_DELETED, 3, 30, null),
            event(RoleEvent.Type.ROLE_UPDATED, 4, 40, level(8)),
            event(RoleEvent.Type.ROLE_LOGGED_IN, 5, 50, level(9)),
            event(RoleEvent.Type.ROLE_LOGGED_IN, 4, 45, null));

    Set<RoleRow> rows = permutations(history).stream().map(this::row).collect(Collectors.toSet());

    assertThat(rows)
        .containsExactly(new RoleRow(level(9), Role.State.ACTIVE, 5, NOON.plusSeconds(50)));
  }

  @Test
  void olderEventsMayBeLostAndAllMayBeDoubled() {
    Random random = new Random(1);
    for (int i = 0; i < 500; i++) {
      List<RoleEvent> history = new ArrayList<>();
      for (int revision = 1; revision <= 6; revision++) {
        history.add(
            event(
                random.nextBoolean() ? RoleEvent.Type.ROLE_UPDATED : RoleEvent.Type.ROLE_DELETED,
                revision,
                revision,
                level(revision)));
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
    RoleRow row =
        row(
            List.of(
                event(RoleEvent.Type.ROLE_LOGGED_IN, 9, 90, null),
                event(RoleEvent.Type.ROLE_UPDATED, 8, 80, level(30))));

    assertThat(row.picture().level()).isEqualTo(30);
    assertThat(row.lastLoginAt()).isEqualTo(NOON.plusSeconds(90));
  }

  @Test
  void aTombstoneStaysUntilANewerPicture() {
    RoleEvent deleted = event(RoleEvent.Type.ROLE_DELETED, 5, 50, null);

    assertThat(row(List.of(deleted, event(RoleEvent.Type.ROLE_UPDATED, 4, 40, level(2)))).state())
        .isEqualTo(Role.State.DELETED);
    assertThat(row(List.of(deleted, event(RoleEvent.Type.ROLE_LOGGED_IN, 6, 60, null))).state())
        .isEqualTo(Role.State.DELETED);
    assertThat(row(List.of(deleted, event(RoleEvent.Type.ROLE_CREATED, 6, 60, level(1)))).state())
        .isEqualTo(Role.State.ACTIVE);
  }

  private RoleRow row(List<RoleEvent> events) {
    return events.stream().map(RoleRow::of).reduce(RoleRow::with).orElseThrow();
  }

  private static RolePicture level(int level) {
    return new RolePicture("Ayla", level, "mage", 100L * level, "steam");
  }

  private static RoleEvent event(
      RoleEvent.Type type, long revision, int second, @Nullable RolePicture picture) {
    return new RoleEvent(
        "e" + revision,
        type,
        new ServerId("s1"),
        new UserId(4096),
        new RoleId("r1"),
        revision,
        NOON.plusSeconds(second),
        picture);
  }

  private static <T> List<List<T>> permutations(List<T> all) {
    if (all.isEmpty()) {
      return List.of(List.of());
    }
    List<List<T>> permutations = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      List<T> rest = new ArrayList<>(all);
      T first = rest.remove(i);
      for (List<T> tail : permutations(rest)) {
        List<T> permutation = new ArrayList<>(List.of(first));
        permutation.addAll(tail);
        permutations.add(permutation);
      }
    }
    return permutations;
  }
}
