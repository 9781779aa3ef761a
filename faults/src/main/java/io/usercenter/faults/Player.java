package io.usercenter.faults;

import io.usercenter.id.UserId;
import org.jspecify.annotations.Nullable;

/**
 * A player as his client remembers him: only what the service acknowledged. One caller uses him.
 */
final class Player {
  private final String name;
  private final UserId id;
  private volatile String accessToken = "";
  private volatile String refreshToken = "";
  private volatile long tokenSince;
  private volatile long refreshableFrom;
  private volatile long role;
  private volatile boolean toBeBanned;
  private volatile @Nullable Long bannedAt;

  Player(String name, UserId id) {
    this.name = name;
    this.id = id;
  }

  String name() {
    return name;
  }

  UserId id() {
    return id;
  }

  String accessToken() {
    return accessToken;
  }

  String refreshToken() {
    return refreshToken;
  }

  void holds(String access, String refresh) {
    accessToken = access;
    refreshToken = refresh;
    tokenSince = System.nanoTime();
  }

  /** When the token that he holds was answered, in {@link System#nanoTime}. */
  long tokenSince() {
    return tokenSince;
  }

  /** When he may refresh again, in {@link System#nanoTime}. */
  long refreshableFrom() {
    return refreshableFrom;
  }

  void refreshableFrom(long nanoTime) {
    refreshableFrom = nanoTime;
  }

  /** The newest revision of his character that was acknowledged; 0 for none. */
  long role() {
    return role;
  }

  void role(long revision) {
    role = revision;
  }

  String roleId() {
    return "r" + id;
  }

  /** To be called before his ban is asked for: it may be in force before that is known. */
  void toBeBanned() {
    toBeBanned = true;
  }

  boolean isToBeBanned() {
    return toBeBanned;
  }

  boolean isBanned() {
    return bannedAt != null;
  }

  /** When his ban was acknowledged, in {@link System#nanoTime}. */
  @Nullable Long bannedAt() {
    return bannedAt;
  }

  void banned() {
    bannedAt = System.nanoTime();
  }
}
