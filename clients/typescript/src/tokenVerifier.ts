import { isSignedBy, judge, read, type TokenRules, type TokenType } from './accessToken.js';
import { type Clock, SYSTEM_CLOCK } from './clock.js';
import { FetchedDocument, KEY_TIMEOUT_MS, SHORTEST_INTERVAL_MS } from './fetchedDocument.js';
import { type Jwks, parseJwks, type VerificationKey } from './jwks.js';
import { rejected, type RejectionReason, type Verification } from './result.js';
import { NewsAge, RevocationFeed } from './revocationFeed.js';
import { Revocations } from './revocations.js';
import { parseTicketKeys, type TicketKeys } from './ticketKeys.js';
import { TicketVerifier } from './ticketVerifier.js';
import { type ServiceCredential, UserCenter } from './userCenter.js';

const LARGEST_DOCUMENT = 64 * 1024;

/** Settings of a verifier. */
export interface VerifierOptions {
  /** As in the tokens, letter for letter. */
  readonly issuer: string;
  readonly audience: string;
  /** Of this game server, made by an operator. */
  readonly credential: ServiceCredential;
  /** JWT where usercenter.sessions.token-type is; at+jwt by default, which is accepted always. */
  readonly tokenType?: TokenType;
  /** Where the user center is reached from here, if not at the issuer's URL. */
  readonly address?: string;
  /** How old the news of revocations may be, 1,000 to 86,400,000; 60,000 by default. */
  readonly maxStalenessMs?: number;
  /** What to do when it is older; FAIL_CLOSED by default. */
  readonly whenStale?: 'FAIL_CLOSED' | 'FAIL_OPEN';
  /** How often the keys are fetched, 10,000 to 3,600,000; 60,000 by default. */
  readonly keyRefreshMs?: number;
  /** How far the clocks may be apart, 0 to 60; 5 by default. */
  readonly leewaySeconds?: number;
  /** Tokens that claim a longer life are refused; 1 to 86,400, 3,600 by default. */
  readonly longestTokenLifeSeconds?: number;
  /** The most revocations held; 1,000,000 by default. */
  readonly revocationCapacity?: number;
  /** Told when the user center is lost and found again, never of tokens and secrets; console.warn by default. */
  readonly log?: (message: string) => void;
  /** The system's by default. */
  readonly clock?: Clock;
}

/**
 * Checks access tokens and server tickets. It fetches the keys and follows the revocations, and
 * answers from memory; a check waits for the network only for a key that is not known yet. One per
 * process; close it at the end.
 */
export class TokenVerifier {
  readonly #rules: TokenRules;
  readonly #keyRefreshMs: number;
  readonly #maxStalenessMs: number;
  readonly #failClosed: boolean;
  readonly #clock: Clock;
  readonly #log: (message: string) => void;
  readonly #closing = new AbortController();
  readonly #userCenter: UserCenter;
  readonly #keys: FetchedDocument<Jwks>;
  readonly #revocations: Revocations;
  readonly #news: NewsAge;
  readonly #tickets = new Map<string, TicketVerifier>();
  readonly #ticketKeys: FetchedDocument<TicketKeys>[] = [];
  /** What the feed said is never believed again, whatever an answer on its way still says. */
  readonly #withdrawnKids = new Set<string>();
  readonly #withdrawnTicketKeys = new Set<string>();
  readonly #ready: Promise<void>;

  /**
   * Starts to follow the user center. Does not wait for it: see ready.
   *
   * @throws RangeError if a setting is out of bounds
   */
  constructor(options: VerifierOptions) {
    this.#rules = {
      type: options.tokenType ?? 'at+jwt',
      issuer: given('issuer', options.issuer),
      audience: given('audience', options.audience),
      leewaySeconds: within('leewaySeconds', options.leewaySeconds ?? 5, 0, 60),
      longestLifeSeconds: within(
        'longestTokenLifeSeconds',
        options.longestTokenLifeSeconds ?? 3_600,
        1,
        86_400,
      ),
    };
    this.#maxStalenessMs = within(
      'maxStalenessMs',
      options.maxStalenessMs ?? 60_000,
      1_000,
      86_400_000,
    );
    this.#keyRefreshMs = within(
      'keyRefreshMs',
      options.keyRefreshMs ?? 60_000,
      SHORTEST_INTERVAL_MS,
      3_600_000,
    );
    this.#failClosed = options.whenStale !== 'FAIL_OPEN';
    this.#clock = options.clock ?? SYSTEM_CLOCK;
    const log = options.log ?? ((message: string): void => console.warn(message));
    this.#log = (message): void => {
      if (this.#closing.signal.aborted) {
        return;
      }
      try {
        log(message);
      } catch (error) {
        // It would end the following, and as a rejection that nobody handles the process.
        process.emitWarning(`the log of the token verifier failed: ${String(error)}`);
      }
    };
    this.#userCenter = new UserCenter(
      options.address ?? this.#rules.issuer,
      options.credential,
      this.#closing.signal,
    );
    this.#revocations = new Revocations(
      (this.#rules.longestLifeSeconds + this.#rules.leewaySeconds) * 1000,
      within('revocationCapacity', options.revocationCapacity ?? 1_000_000, 1, 100_000_000),
      this.#clock,
    );
    this.#news = new NewsAge(this.#clock);
    this.#keys = new FetchedDocument(
      `the keys of ${this.#userCenter}`,
      () => this.#fetchKeys(),
      new Map(),
      this.#keyRefreshMs,
      this.#clock,
      this.#log,
    );
    const feed = new RevocationFeed(
      this.#userCenter,
      {
        revoked: (revocation) => this.#revocations.add(revocation),
        signingKeyWithdrawn: (kid) => this.#withdraw(kid),
        ticketKeyWithdrawn: (serverId, epoch) => this.#withdrawTicketKey(serverId, epoch),
      },
      this.#news,
      this.#maxStalenessMs,
      this.#log,
    );
    const keys = this.#repeat(
      () => this.#keys.refresh(),
      () => this.#keys.current.size > 0,
    );
    const news = this.#repeat(
      () => feed.poll(),
      () => this.#news.milliseconds < Infinity,
    );
    this.#ready = Promise.all([keys, news]).then(() => undefined);
  }

  async #fetchKeys(): Promise<Jwks> {
    const keys = parseJwks(
      await this.#userCenter.getPublic('/.well-known/jwks.json', KEY_TIMEOUT_MS, LARGEST_DOCUMENT),
    );
    if (keys.size === 0) {
      throw new Error('the JWK Set has no key that can be used');
    }
    return keys;
  }

  /**
   * Does a step again and again, after the pause that it returns, until this is closed. The promise
   * is kept when the condition holds for the first time.
   */
  #repeat(step: () => Promise<number>, condition: () => boolean): Promise<void> {
    return new Promise((holds) => {
      let timer: NodeJS.Timeout | undefined;
      this.#closing.signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
      const run = async (): Promise<void> => {
        const pause = await step();
        if (condition()) {
          holds();
        }
        if (!this.#closing.signal.aborted) {
          timer = setTimeout(() => void run(), pause);
        }
      };
      void run();
    });
  }

  /**
   * Kept when the keys and the first news of revocations have arrived.
   *
   * @param timeoutMs how long to wait for that; absent: until this is closed
   * @throws Error when the time is over, or this was closed before
   */
  ready(timeoutMs?: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const closing = this.#closing.signal;
      let timer: NodeJS.Timeout | undefined;
      const end = (settle: () => void): void => {
        clearTimeout(timer);
        closing.removeEventListener('abort', closed);
        settle();
      };
      const closed = (): void => end(() => reject(new Error('the verifier was closed')));
      if (closing.aborted) {
        closed();
        return;
      }
      closing.addEventListener('abort', closed, { once: true });
      if (timeoutMs !== undefined) {
        const late = `nothing was heard from ${this.#userCenter} within ${timeoutMs} ms`;
        timer = setTimeout(() => end(() => reject(new Error(late))), timeoutMs);
      }
      void this.#ready.then(() => end(resolve));
    });
  }

  /** How old the news of revocations is, in milliseconds; Infinity before the first. */
  get newsAgeMs(): number {
    return this.#news.milliseconds;
  }

  /** Checks a token: what it says, who signed it, and whether it was revoked. Never fails. */
  async verify(token: string): Promise<Verification> {
    const parts = typeof token === 'string' ? read(token, this.#rules.type) : undefined;
    if (parts === undefined) {
      return rejected('MALFORMED');
    }
    const key = await this.#key(parts.kid);
    if (key === undefined) {
      return rejected('UNKNOWN_KEY');
    }
    if (!isSignedBy(parts, key)) {
      return rejected('BAD_SIGNATURE');
    }
    const said = judge(parts.payload, this.#rules, this.#clock.now());
    if (typeof said === 'string') {
      return rejected(said);
    }
    const refusal: RejectionReason | undefined =
      this.#revocations.check(said) ?? (this.#newsTooOld(said.userId) ? 'NEWS_TOO_OLD' : undefined);
    return refusal === undefined ? { verified: true, token: said } : rejected(refusal);
  }

  async #key(kid: string): Promise<VerificationKey | undefined> {
    if (this.#withdrawnKids.has(kid)) {
      return undefined;
    }
    if (!this.#keys.current.has(kid)) {
      await this.#keys.askAgain();
    }
    return this.#keys.current.get(kid);
  }

  #newsTooOld(userId: string): boolean {
    return this.#failClosed && this.#news.millisecondsOf(userId) > this.#maxStalenessMs;
  }

  #withdraw(kid: string): void {
    if (!this.#withdrawnKids.has(kid)) {
      this.#withdrawnKids.add(kid);
      this.#keys.mayAskAgain(); // another one has to sign now
    }
  }

  #withdrawTicketKey(serverId: string, epoch: number): void {
    const key = `${epoch} ${serverId}`;
    if (!this.#withdrawnTicketKeys.has(key)) {
      this.#withdrawnTicketKeys.add(key);
      this.#ticketKeys.forEach((keys) => keys.mayAskAgain());
    }
  }

  /**
   * A verifier for the server tickets of one game server, which fetches their keys and follows
   * their rotation. The same one each time, or a single-use ticket could be used at each.
   *
   * @param serverId the id of the game server in the user center; the service credential must speak
   *     for it
   */
  tickets(serverId: string): TicketVerifier {
    let verifier = this.#tickets.get(serverId);
    if (verifier === undefined) {
      verifier = this.#follow(given('serverId', serverId));
      this.#tickets.set(serverId, verifier);
    }
    return verifier;
  }

  #follow(serverId: string): TicketVerifier {
    const path = `/server/v1/ticket-keys?serverId=${encodeURIComponent(serverId)}`;
    const keys = new FetchedDocument<TicketKeys>(
      `the ticket keys of ${serverId} at ${this.#userCenter}`,
      async () =>
        parseTicketKeys(
          await this.#userCenter.get(path, KEY_TIMEOUT_MS, LARGEST_DOCUMENT),
          serverId,
        ),
      new Map(),
      this.#keyRefreshMs,
      this.#clock,
      this.#log,
    );
    this.#ticketKeys.push(keys);
    void this.#repeat(
      () => keys.refresh(),
      () => true,
    );
    const known = (epoch: number, now: number): Uint8Array | undefined => {
      const key = keys.current.get(epoch);
      return key === undefined ||
        now >= (key.acceptUntil ?? Infinity) ||
        this.#withdrawnTicketKeys.has(`${key.epoch} ${serverId}`)
        ? undefined
        : key.key;
    };
    return new TicketVerifier(
      serverId,
      (epoch, now) => known(epoch, now) ?? keys.askAgain().then(() => known(epoch, now)),
      this.#revocations,
      (userId) => this.#newsTooOld(userId),
      this.#rules.leewaySeconds,
      this.#clock,
    );
  }

  /** Stops following. Checks go on with what is known, until that is too old. */
  close(): void {
    this.#closing.abort();
  }
}

function given(setting: string, value: string): string {
  if (typeof value !== 'string' || value.trim() === '') {
    throw new RangeError(`${setting} is not set`);
  }
  return value;
}

function within(setting: string, value: number, least: number, most: number): number {
  if (!(value >= least && value <= most)) {
    throw new RangeError(`${setting} must be ${least} to ${most}, was ${value}`);
  }
  return value;
}
