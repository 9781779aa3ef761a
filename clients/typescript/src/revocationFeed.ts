import { type Clock } from './clock.js';
import { type Revocation } from './revocations.js';
import {
  flag,
  has,
  instant,
  integer,
  isId,
  type JsonObject,
  NotJsonError,
  objects,
  readObject,
  text,
} from './strictJson.js';
import { type UserCenter } from './userCenter.js';

const PATH = '/server/v1/revocations';
const LONGEST_WAIT_MS = 25_000;
const LONGEST_SLACK_MS = 5_000;
const LARGEST_PAGE = 16 * 1024 * 1024;
/** Between answers, so that a burst of revocations comes in few pages. */
const BREATH_MS = 20;
/** When the service does not hold the poll open. */
const IDLE_MS = 1_000;
const SHORTEST_BACKOFF_MS = 200;
const LONGEST_BACKOFF_MS = 10_000;

/** On top of the wait: connecting, the answer's way back. */
function slackWithin(maxStalenessMs: number): number {
  return Math.min(LONGEST_SLACK_MS, Math.floor(maxStalenessMs / 4));
}

/**
 * How long a poll may be held open so that one which is lost, and noticed when its time is over, does
 * not yet make the news too old: an answer, a poll that is lost and one that is not are two waits and
 * a slack.
 */
function waitWithin(maxStalenessMs: number): number {
  const wait = (maxStalenessMs - 2 * slackWithin(maxStalenessMs)) / 2;
  return Math.min(LONGEST_WAIT_MS, Math.floor(wait));
}

/** Told what is in the feed. */
export interface FeedListener {
  revoked(revocation: Revocation): void;
  signingKeyWithdrawn(kid: string): void;
  ticketKeyWithdrawn(serverId: string, epoch: number): void;
}

/** A time on both clocks. */
interface Moment {
  readonly now: number;
  readonly monotonic: number;
}

/** How old what we know of revocations is. Two clocks say it, the one that says older is right. */
export class NewsAge {
  readonly #clock: Clock;
  #asOf: Moment | undefined;
  /** Shards of which less is known, and as of when; undefined for never. */
  #behind = new Map<number, Moment | undefined>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  moment(): Moment {
    return { now: this.#clock.now(), monotonic: this.#clock.monotonic() };
  }

  /** Everything that was decided up to this moment is known, save in some shards. */
  completeAsOf(moment: Moment, unheard: readonly number[]): void {
    const before = (shard: number): Moment | undefined =>
      this.#behind.has(shard) ? this.#behind.get(shard) : this.#asOf;
    this.#behind = new Map(unheard.map((shard) => [shard, before(shard)]));
    this.#asOf = moment;
  }

  /** In milliseconds, Infinity before the first news. */
  get milliseconds(): number {
    return this.#since(this.#asOf);
  }

  /** The same for one player: his id ends in the number of his shard. */
  millisecondsOf(userId: string): number {
    const shard = this.#behind.size === 0 ? -1 : Number(BigInt(userId) & 31n);
    return this.#since(this.#behind.has(shard) ? this.#behind.get(shard) : this.#asOf);
  }

  #since(asOf: Moment | undefined): number {
    if (asOf === undefined) {
      return Infinity;
    }
    // The wall clock may be set back; the other one stands still while the machine sleeps.
    return Math.max(this.#clock.monotonic() - asOf.monotonic, this.#clock.now() - asOf.now);
  }
}

/**
 * Follows the feed of revocations by long poll. The first poll asks for everything that the service
 * still has. An answer proves that we are up to date as of the moment its request was sent, unless
 * it says that there is more.
 */
export class RevocationFeed {
  readonly #userCenter: UserCenter;
  readonly #listener: FeedListener;
  readonly #news: NewsAge;
  readonly #waitMs: number;
  readonly #slackMs: number;
  readonly #log: (message: string) => void;
  #after = '0';
  #caughtUp = false;
  #failures = 0;

  constructor(
    userCenter: UserCenter,
    listener: FeedListener,
    news: NewsAge,
    maxStalenessMs: number,
    log: (message: string) => void,
  ) {
    this.#userCenter = userCenter;
    this.#listener = listener;
    this.#news = news;
    this.#waitMs = waitWithin(maxStalenessMs);
    this.#slackMs = slackWithin(maxStalenessMs);
    this.#log = log;
  }

  /** Asks once and notes what is new. Returns how long to pause before the next poll. */
  async poll(): Promise<number> {
    const sent = this.#news.moment();
    const held = this.#caughtUp ? this.#waitMs : 0;
    try {
      const path = `${PATH}?after=${encodeURIComponent(this.#after)}&waitMs=${held}`;
      const page = readObject(await this.#userCenter.get(path, held + this.#slackMs, LARGEST_PAGE));
      const entries = objects(page, 'revocations');
      const more = flag(page, 'more');
      const next = text(page, 'next');
      const unheard = has(page, 'unheard') ? shards(page['unheard']) : [];
      for (const tell of entries.map((entry) => this.#read(entry))) {
        tell();
      }
      // Also when the page starts over ("reset"): what was revoked stays revoked.
      this.#after = next;
      this.#caughtUp = !more;
      if (!more) {
        this.#news.completeAsOf(sent, unheard);
      }
      if (this.#failures > 0) {
        this.#log(`following the revocations of ${this.#userCenter} again`);
      }
      this.#failures = 0;
      if (more) {
        return 0;
      }
      const early = this.#news.moment().monotonic - sent.monotonic < held / 2;
      return entries.length === 0 && early ? IDLE_MS : BREATH_MS;
    } catch (e) {
      if (this.#failures === 0) {
        this.#log(`lost the revocations of ${this.#userCenter}, trying again: ${String(e)}`);
      }
      this.#caughtUp = false; // the next answer must not wait for something to happen
      return backoff(this.#failures++);
    }
  }

  /** Reads an entry as a whole before anything of its page is believed. */
  #read(entry: JsonObject): () => void {
    if (has(entry, 'sessionId') || has(entry, 'minEpoch')) {
      const revocation = {
        userId: id(entry, 'userId'),
        ...(has(entry, 'sessionId') && { sessionId: id(entry, 'sessionId') }),
        ...(has(entry, 'minEpoch') && { minEpoch: integer(entry, 'minEpoch') }),
        reason: text(entry, 'reason'),
        at: instant(entry, 'at'),
      };
      return () => this.#listener.revoked(revocation);
    }
    if (has(entry, 'kid')) {
      const kid = text(entry, 'kid');
      return () => this.#listener.signingKeyWithdrawn(kid);
    }
    if (has(entry, 'ticketKeyEpoch')) {
      const serverId = text(entry, 'serverId');
      const epoch = integer(entry, 'ticketKeyEpoch');
      return () => this.#listener.ticketKeyWithdrawn(serverId, epoch);
    }
    return () => undefined; // a kind that a newer service knows
  }
}

function id(entry: JsonObject, name: string): string {
  const value = text(entry, name);
  if (!isId(value)) {
    throw new NotJsonError(`"${name}" is no id`);
  }
  return value;
}

/** Shards that could not tell after the service's memory was lost. */
function shards(value: unknown): number[] {
  if (!Array.isArray(value) || !value.every((n) => Number.isInteger(n) && n >= 0 && n < 32)) {
    throw new NotJsonError('"unheard" must hold numbers of shards');
  }
  return value as number[];
}

/** 200 ms, doubled up to 10 s, of which half is random: a fleet must not come back as one. */
function backoff(failuresBefore: number): number {
  const ceiling = Math.min(LONGEST_BACKOFF_MS, SHORTEST_BACKOFF_MS * 2 ** Math.min(failuresBefore, 16));
  return ceiling / 2 + Math.random() * (ceiling / 2);
}
