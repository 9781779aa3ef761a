/**
 * Single-use tickets that were used, until they expire. When there is no room for more, or the
 * ticket may have been used before this process started, it counts as used: its player gets
 * another.
 */
export class UsedTickets {
  static readonly CAPACITY = 200_000;

  readonly #startedAt: number;
  /** Tag to the second when it may be forgotten, in the order of use. */
  readonly #tags = new Map<string, number>();

  /** @param startedAt seconds since 1970 */
  constructor(startedAt: number) {
    this.#startedAt = startedAt;
  }

  /** Whether it was the first use. */
  use(tag: string, issuedAt: number, forgetAt: number, now: number): boolean {
    if (issuedAt <= this.#startedAt) {
      return false;
    }
    for (const [oldest, forget] of this.#tags) {
      if (forget > now) {
        break;
      }
      this.#tags.delete(oldest);
    }
    if (this.#tags.size >= UsedTickets.CAPACITY || this.#tags.has(tag)) {
      return false;
    }
    this.#tags.set(tag, forgetAt);
    return true;
  }
}
