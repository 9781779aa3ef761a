package io.usercenter.shard;

import io.usercenter.id.GeneFunction;
import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.id.Username;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.zip.CRC32;

/**
 * The one definition of routing: what names the shard of a user, of a username, of a role id, of an
 * identity. ShardingSphere, the direct pools and the tools all ask here.
 */
public final class Shards {
  /** What the key of an identity that is a username starts with. */
  public static final String USERNAME_KEY = "username:";

  /** What the key of a withheld identity starts with; its shard, a colon and a digest follow. */
  public static final String WITHHELD_KEY = "#";

  private static final int SHARD_MASK = Shard.COUNT - 1;
  private static final Set<Shard> ALL =
      Collections.unmodifiableSet(
          IntStream.range(0, Shard.COUNT)
              .mapToObj(Shard::new)
              .collect(TreeSet::new, Set::add, Set::addAll));

  private final GeneFunction geneFunction;

  public Shards(GeneFunction geneFunction) {
    this.geneFunction = geneFunction;
  }

  /** The function this deployment places usernames by. */
  public GeneFunction geneFunction() {
    return geneFunction;
  }

  /** The shard that holds the user. */
  public Shard of(UserId userId) {
    return userId.shard();
  }

  /** The shard that holds the user of this name, whether there is one or not. */
  public Shard of(Username username) {
    return new Shard(gene(username) & SHARD_MASK);
  }

  /** What an id minted for this name carries, 0 to 255. */
  public int gene(Username username) {
    return geneFunction.gene(username);
  }

  /**
   * The shard that says who owns a role id: CRC-32 of its UTF-8 bytes, as {@code CRC32(role_id) &
   * 31} in MySQL, whatever gene function the accounts use.
   */
  public Shard ofRole(String roleId) {
    return byCrc32(roleId);
  }

  /**
   * The shard that says which account an identity leads to: CRC-32 of the key, as {@code
   * CRC32(identity_key) & 31} in MySQL. A username is the exception: it lies where an account of
   * this name would, so that one shard decides who has it. What stands for an identity without
   * telling it names its shard.
   *
   * @param identityKey {@code provider:subject}
   */
  public Shard ofIdentity(String identityKey) {
    if (identityKey.startsWith(WITHHELD_KEY)) {
      int colon = identityKey.indexOf(':');
      return new Shard(Integer.parseInt(identityKey, WITHHELD_KEY.length(), colon, 10));
    }
    return identityKey.startsWith(USERNAME_KEY)
        ? of(Username.ofCanonical(identityKey.substring(USERNAME_KEY.length())))
        : byCrc32(identityKey);
  }

  private static Shard byCrc32(String text) {
    CRC32 crc = new CRC32();
    crc.update(text.getBytes(StandardCharsets.UTF_8));
    return new Shard((int) crc.getValue() & SHARD_MASK);
  }

  /** All 32, ascending. */
  public static Set<Shard> all() {
    return ALL;
  }

  /** The name of a shard's database: {@code usercenter_00} to {@code usercenter_31}. */
  public static String database(Shard shard) {
    return "usercenter_" + shard;
  }
}
