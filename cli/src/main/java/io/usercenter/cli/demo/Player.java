package io.usercenter.cli.demo;

import io.usercenter.id.InvalidUsernameException;
import io.usercenter.id.Username;
import io.usercenter.id.UsernameRules;
import java.util.Locale;

/**
 * Somebody who plays the story.
 *
 * @param number from 0
 * @param typed the name as he types it when he registers
 * @param watched whether an operator has a look at him
 */
record Player(int number, String typed, Username name, String password, boolean watched) {
  /** His name as somebody else might spell it, who gets the same account. */
  String otherSpelling() {
    String loud = " " + typed.toUpperCase(Locale.ROOT) + " ";
    try {
      return UsernameRules.standard().parse(loud).equals(name) ? loud : typed;
    } catch (InvalidUsernameException e) {
      return typed;
    }
  }

  @Override
  public String toString() {
    return "player " + typed;
  }
}
