package io.usercenter.platform;

import io.usercenter.id.UserId;

/** What one module keeps about a player. All beans of this type together are all there is. */
public interface PersonalData {
  /** At most so many rows of one kind are exported: the newest. */
  int EXPORTED = 10_000;

  /** The name of its part in what a player gets when he asks for his data. */
  String section();

  /** What is kept, as the player may see it; becomes JSON. Never a secret. */
  Object export(UserId user);

  /**
   * Removes it, of an account that is gone and changes no more. To be called again, until it says
   * that all is done; may throw when a database is away.
   */
  boolean erase(UserId user);
}
