package io.usercenter.identity;

import io.usercenter.id.Username;
import io.usercenter.platform.Digests;
import io.usercenter.shard.Shards;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * Somebody as a provider knows him: {@code provider:subject}. Its text form shows the provider
 * only.
 *
 * @param key provider, a colon, subject; 3 to 288 characters
 */
public record Identity(String key) {
  private static final Pattern FORM = Pattern.compile("[a-z0-9-]{1,32}:[\\x21-\\x7e]{1,255}");
  private static final String DEVICE = "device";
  private static final int HANDLE_BYTES = 16;

  public Identity {
    boolean ours = key.startsWith(Shards.USERNAME_KEY) || key.startsWith(Shards.WITHHELD_KEY);
    if (!ours && !FORM.matcher(key).matches()) {
      throw new IllegalArgumentException(
          "an identity is provider:subject, 1 to 32 of a-z 0-9 - and 1 to 255 printable ASCII");
    }
  }

  /**
   * What a provider calls somebody.
   *
   * @param provider 1 to 32 of a-z 0-9 -
   * @param subject 1 to 255 printable ASCII characters
   * @throws IllegalArgumentException if one is not
   */
  public static Identity of(String provider, String subject) {
    return new Identity(provider + ":" + subject);
  }

  /** A name somebody took instead of his first one. */
  public static Identity ofName(Username name) {
    return new Identity(Shards.USERNAME_KEY + name.canonical());
  }

  /** A guest's device. Its id lets in whoever knows it, so only a digest of it is kept. */
  public static Identity ofDevice(String deviceId) {
    return of(DEVICE, base64url(Digests.sha256(deviceId), Digests.sha256(deviceId).length));
  }

  /** Who vouches for it: {@code device}, {@code username}, or a channel's name. */
  public String provider() {
    return key.substring(0, key.indexOf(':'));
  }

  /** What the provider calls him. */
  public String subject() {
    return key.substring(key.indexOf(':') + 1);
  }

  /** Names it in an URL without telling what it is: 22 characters. */
  public String handle() {
    return base64url(Digests.sha256(key), HANDLE_BYTES);
  }

  boolean isWithheld() {
    return key.startsWith(Shards.WITHHELD_KEY);
  }

  boolean isName() {
    return key.startsWith(Shards.USERNAME_KEY);
  }

  private static String base64url(byte[] bytes, int length) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(java.util.Arrays.copyOf(bytes, length));
  }

  @Override
  public String toString() {
    return provider() + ":[REDACTED]";
  }
}
