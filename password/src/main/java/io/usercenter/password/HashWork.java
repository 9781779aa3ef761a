package io.usercenter.password;

/**
 * How much work a hash is. Units of one format compare with each other only.
 *
 * @param units KiB written by Argon2id, rounds of bcrypt and PBKDF2, blocks of scrypt, 1 for a
 *     digest
 */
public record HashWork(HashFormat format, double units) {}
