package io.usercenter.audit;

import io.usercenter.id.UserId;
import io.usercenter.platform.Digests;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * What vouches for lines, for their order, and for how many there are. docs/adr/0015 describes the
 * bytes, so that others can compute the same. Without the key nobody who can write to the database
 * makes any of the three.
 */
final class AuditDigests {
  static final byte[] NO_LINK = new byte[32];
  private static final byte FORM = 1;

  private final SecretKey lines;
  private final SecretKey links;

  /**
   * @param lines key of the lines
   * @param links key of the chain and its head
   */
  AuditDigests(SecretKey lines, SecretKey links) {
    this.lines = lines;
    this.links = links;
  }

  /** Over everything that is in a line; texts with their length before them. */
  byte[] ofLine(
      long auditId,
      Instant at,
      String operator,
      String action,
      @Nullable UserId target,
      String outcome,
      String ip,
      String traceId,
      byte @Nullable [] noteDigest) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(FORM);
      out.writeLong(auditId);
      out.writeLong(at.toEpochMilli());
      text(out, operator);
      text(out, action);
      out.writeLong(target == null ? 0 : target.value());
      text(out, outcome);
      text(out, ip);
      text(out, traceId);
      out.write(noteDigest == null ? NO_LINK : noteDigest);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
    return Digests.hmac(lines, bytes.toByteArray());
  }

  private static void text(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  /** A link of the chain. */
  byte[] ofLink(long position, byte[] before, byte[] line) {
    return Digests.hmac(
        links, ByteBuffer.allocate(72).putLong(position).put(before).put(line).array());
  }

  /** How long the chain is and how it ends; shorter than what a link is made of. */
  byte[] ofHead(long position, byte[] link) {
    return Digests.hmac(links, ByteBuffer.allocate(40).putLong(position).put(link).array());
  }

  /** Tells nothing about the note once the salt is gone. */
  static byte[] ofNote(byte[] salt, String detail) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      sha.update(salt);
      return sha.digest(detail.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK has no SHA-256", e);
    }
  }
}
