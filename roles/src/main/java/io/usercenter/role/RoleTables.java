package io.usercenter.role;

import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.roleevent.RoleVersion;
import io.usercenter.roleevent.ServerId;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What the store needs of the databases. Each method is one transaction in one shard: all of it
 * happens, or nothing.
 */
interface RoleTables {
  /** Whether there is a player to have characters. */
  enum Player {
    PRESENT,
    /** Nobody has this id, or nobody yet. */
    ABSENT,
    /** Was here, and nothing of him is kept. */
    ERASED
  }

  /** How far a character was known before a batch. */
  record Known(Player player, @Nullable Version version) {}

  /** What decides whether an event brings news. */
  record Version(RoleVersion version, Role.State state, @Nullable Instant lastLoginAt) {}

  /**
   * Who owns a role id.
   *
   * @param ousted whose row may still show the character; null when nobody's does
   */
  record Place(UserId owner, RoleVersion version, @Nullable UserId ousted) {}

  /** Whose numbers they are. */
  record Feed(ServerId server, String publisher) implements Comparable<Feed> {
    @Override
    public int compareTo(Feed other) {
      int byServer = server.compareTo(other.server);
      return byServer != 0 ? byServer : publisher.compareTo(other.publisher);
    }
  }

  /** A character of a game server, deleted or not, and when its picture changed last. */
  record Stored(RoleRow row, Instant changedAt) {}

  /** One answer for each key, in their order. */
  List<Known> read(Shard shard, List<RoleKey> keys) throws SQLException;

  /** Raises every row that a newer one is given for. */
  void upsert(Shard shard, Map<RoleKey, RoleRow> roles) throws SQLException;

  /**
   * The same for characters in use that merely change. None of them is taken out of its grave:
   * somebody else may have got it since this one was read.
   *
   * @return whether all were raised; else some were not in use any more, or were newer
   */
  boolean raise(Shard shard, Map<RoleKey, RoleRow> roles) throws SQLException;

  /**
   * Raises characters that were not read before: of those in use, the ones that a newer version is
   * given for. No row is made.
   *
   * @return whether all were raised; else those have to be read
   */
  boolean advance(Shard shard, Map<RoleKey, RoleRow> roles) throws SQLException;

  /** The same as {@link #upsert} for characters whose players are not there. */
  void park(Shard shard, Map<RoleKey, RoleRow> roles) throws SQLException;

  /**
   * Makes a tombstone of a character that somebody else has since this version, unless it is newer.
   *
   * @return the version of its row then, tombstone or not; null when there is none
   */
  @Nullable RoleVersion bury(Shard shard, RoleKey key, RoleVersion since) throws SQLException;

  /**
   * Characters of a game server by user and role id.
   *
   * @param after not this one and none before; null from the first
   * @param upTo this one, and none behind; null to the last
   */
  SortedMap<RoleKey, Stored> ofServer(
      Shard shard, ServerId server, @Nullable RoleKey after, @Nullable RoleKey upTo, int atMost)
      throws SQLException;

  /**
   * Makes users the owners of what nobody owns.
   *
   * @return whether nobody owned any of it
   */
  boolean insertOwners(Shard shard, Map<RoleKey, RoleVersion> claims) throws SQLException;

  /**
   * Makes the user the owner wherever the version is newer than that of the last claim, and notes
   * who was ousted. While somebody is noted, nobody else gets in but he himself.
   */
  void claim(Shard shard, Map<RoleKey, RoleVersion> claims) throws SQLException;

  /** Of these role ids, those that others own or that somebody was ousted from. */
  Map<RoleKey, Place> disputed(Shard shard, List<RoleKey> keys) throws SQLException;

  /** Which of these role ids do not lead to the user of the key. */
  List<RoleKey> notOwned(Shard shard, List<RoleKey> keys) throws SQLException;

  /** The row of who was ousted at this version shows the character no longer. */
  void settled(Shard shard, RoleKey ousted, RoleVersion at) throws SQLException;

  /** These numbers have come. Saying so again changes nothing. */
  void note(Shard shard, SortedMap<Feed, List<Long>> numbers) throws SQLException;

  /** What a server sent before this moment is known, by another way than its events. */
  void settleNumbers(Shard shard, ServerId server, Instant before) throws SQLException;

  /** Parked characters whose players have appeared. */
  SortedMap<RoleKey, RoleRow> parkedOfPresent(Shard shard, int atMost) throws SQLException;

  /** Those that were parked before this moment, oldest first. */
  SortedMap<RoleKey, RoleRow> parkedBefore(Shard shard, Instant moment, int atMost)
      throws SQLException;

  /** Removes parked ones, unless they have changed since they were read. */
  void unpark(Shard shard, Map<RoleKey, RoleRow> rows) throws SQLException;

  /** How many are parked. */
  long parked(Shard shard) throws SQLException;
}
