package io.usercenter.password;

/** Argon2id in Java keeps the contract. */
class JavaArgon2Test extends Argon2Contract {
  @Override
  Argon2 argon2() {
    return Argon2.inJava();
  }
}
