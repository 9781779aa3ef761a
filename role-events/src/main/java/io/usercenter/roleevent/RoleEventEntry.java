package io.usercenter.roleevent;

import io.usercenter.id.Shard;

/**
 * An event as it stands in a stream: its text, and who vouches for it.
 *
 * @param event {@link RoleEvents#write JSON}
 * @param credentialId of the service credential
 * @param signature of the text, by {@link RoleEventKey}
 */
public record RoleEventEntry(String event, String credentialId, String signature) {
  /** The consumer group that applies the events. */
  public static final String GROUP = "role-sync";

  /** The field that holds the event. */
  public static final String EVENT = "e";

  /** The field that names the credential. */
  public static final String CREDENTIAL = "c";

  /** The field that holds the signature. */
  public static final String SIGNATURE = "s";

  /**
   * The field that may hold a {@code traceparent}, when what caused the event is traced. Not
   * signed: it decides nothing.
   */
  public static final String TRACE = "t";

  /** Signs an event. */
  public static RoleEventEntry of(RoleEvent event, RoleEventKey key) {
    String text = RoleEvents.write(event);
    return new RoleEventEntry(text, key.credentialId(), key.sign(text));
  }

  /** {@code uc:role-events:{07}}; the braces keep a stream in one slot of a Redis Cluster. */
  public static String streamOf(Shard shard) {
    return "uc:role-events:{" + shard + "}";
  }
}
