package io.usercenter.id;

import java.util.List;

/**
 * The 256 machine numbers, each with the token that holds it and the end of what is promised. Each
 * method is one atomic step; an exception says nothing about whether it was taken. Times are ms
 * since 2018.
 */
interface MachineStore {
  /** All rows, and the store's clock. */
  View read() throws StoreUnavailableException;

  /**
   * Takes a row if it still is as it was read. Repeating a claim that was granted grants it again.
   */
  boolean claim(Row asRead, String token, String process, long until)
      throws StoreUnavailableException;

  /**
   * Moves the end of a window up; never down, so that an old request arriving late does no harm.
   */
  Extension extend(int machine, String token, long until) throws StoreUnavailableException;

  /**
   * Gives a row back: nothing from {@code unused} on was used. Does nothing if the token no longer
   * holds it.
   */
  void release(int machine, String token, long unused) throws StoreUnavailableException;

  record View(long now, List<Row> rows) {}

  record Row(int machine, String token, String process, long reservedUntil) {}

  /**
   * @param now the store's clock
   * @param held whether the token still holds the row
   * @param until the end of its window in the store; no meaning if not held
   */
  record Extension(long now, boolean held, long until) {}
}
