package io.usercenter.player;

/** A text that others will see, or why it cannot be one. */
sealed interface ShownText {
  /** As it is kept. */
  record Good(String text) implements ShownText {}

  /** What is wrong with it, for the caller. */
  record Bad(String why) implements ShownText {}
}
