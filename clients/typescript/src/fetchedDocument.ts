import { type Clock } from './clock.js';

const RETRY_MS = 2_000;

/** How long a fetch of keys may take. */
export const KEY_TIMEOUT_MS = 3_000;
/** Between two fetches for the sake of a key that is not known. */
export const SHORTEST_INTERVAL_MS = 10_000;

/**
 * Keys, fetched from the user center and kept.
 *
 * A regular refresh brings new keys, which are published before they are used, and takes away keys
 * that were withdrawn. A key that is unknown all the same causes one fetch, at most one in ten
 * seconds. While the user center is away what is known stays good, and no check waits for it a
 * second time.
 */
export class FetchedDocument<T> {
  readonly #name: string;
  readonly #fetch: () => Promise<T>;
  readonly #refreshEveryMs: number;
  readonly #clock: Clock;
  readonly #log: (message: string) => void;
  #current: T;
  #fetching: Promise<boolean> | undefined;
  #last: { readonly endedAt: number; readonly succeeded: boolean } | undefined;

  constructor(
    name: string,
    fetch: () => Promise<T>,
    nothing: T,
    refreshEveryMs: number,
    clock: Clock,
    log: (message: string) => void,
  ) {
    this.#name = name;
    this.#fetch = fetch;
    this.#current = nothing;
    this.#refreshEveryMs = refreshEveryMs;
    this.#clock = clock;
    this.#log = log;
  }

  /** What is known. */
  get current(): T {
    return this.#current;
  }

  /** Asks for what is not known, if it may be asked for. */
  async askAgain(): Promise<void> {
    // Whoever comes while a fetch is under way waits for it instead of starting another.
    if (this.#fetching !== undefined || this.#mayAsk()) {
      await this.#fetchOnce();
    }
  }

  /** What is missing may be asked for at once. */
  mayAskAgain(): void {
    this.#last = undefined;
  }

  #mayAsk(): boolean {
    return (
      this.#last === undefined ||
      (this.#last.succeeded && this.#clock.monotonic() - this.#last.endedAt >= SHORTEST_INTERVAL_MS)
    );
  }

  /** Fetches now. Returns how long to pause before the next regular refresh. */
  async refresh(): Promise<number> {
    return (await this.#fetchOnce()) ? this.#refreshEveryMs : RETRY_MS;
  }

  #fetchOnce(): Promise<boolean> {
    this.#fetching ??= this.#attempt().finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  async #attempt(): Promise<boolean> {
    const before = this.#last;
    let succeeded = false;
    try {
      this.#current = await this.#fetch();
      succeeded = true;
      if (before?.succeeded === false) {
        this.#log(`${this.#name} can be read again`);
      }
    } catch (e) {
      if (before?.succeeded !== false) {
        this.#log(`${this.#name} cannot be read, keeping what is known: ${String(e)}`);
      }
    }
    this.#last = { endedAt: this.#clock.monotonic(), succeeded };
    return succeeded;
  }
}
