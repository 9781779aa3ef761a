package io.usercenter.roleevent;

import io.usercenter.id.UserId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The checksum of a page of characters: SHA-256 in hexadecimal over one line for each, in the order
 * of user id (as a number) and role id (by bytes). A line is user id, role id, server epoch and
 * revision, separated by blanks and ended by a line feed.
 */
public final class RoleChecksum {
  private final MessageDigest digest;
  private int count;

  public RoleChecksum() {
    try {
      this.digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK has no SHA-256", e);
    }
  }

  /** The next character of the page. */
  public void add(UserId user, RoleId role, RoleVersion version) {
    String line = user + " " + role + " " + version.serverEpoch() + " " + version.revision() + "\n";
    digest.update(line.getBytes(StandardCharsets.US_ASCII));
    count++;
  }

  /** How many it has been told of. */
  public int count() {
    return count;
  }

  /** Of all of them; to be asked once. */
  public String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
