import { type Clock } from './clock.js';
import { type RejectionReason } from './result.js';

/** One thing that ended: a session, or all tokens of a user below an epoch. */
export interface Revocation {
  readonly userId: string;
  readonly sessionId?: string;
  readonly minEpoch?: number;
  readonly reason: string;
  /** Milliseconds since 1970, by the service's clock. */
  readonly at: number;
}

/** What is needed of a token or ticket to know whether it was revoked. */
interface Checked {
  readonly userId: string;
  readonly sessionId: string;
  readonly epoch: number;
  readonly issuedAt: number;
}

interface Ended {
  readonly minEpoch: number;
  readonly reason: RejectionReason;
  readonly at: number;
  readonly until: number;
}

/**
 * What is revoked, for as long as a revoked token could still be in time. When it is full the
 * oldest entries go, and every token issued before the youngest of those is refused from then on:
 * nothing that was revoked is accepted for lack of room.
 */
export class Revocations {
  readonly #rememberMs: number;
  readonly #capacity: number;
  readonly #clock: Clock;
  /** In the order in which they may be forgotten, as a Map keeps it. */
  readonly #ended = new Map<string, Ended>();
  #refusedUpTo = -Infinity;

  /** @param rememberMs how long a token can be good, leeway included */
  constructor(rememberMs: number, capacity: number, clock: Clock) {
    this.#rememberMs = rememberMs;
    this.#capacity = capacity;
    this.#clock = clock;
  }

  /** Notes a revocation. Noting it again, or in another order, changes nothing. */
  add(revocation: Revocation): void {
    const now = this.#clock.now();
    this.#forgetExpired(now);
    // Whichever clock is ahead; but a date far off, by mistake, must not stay for ever.
    const at = Math.min(revocation.at, now + this.#rememberMs);
    const until = Math.max(at, now) + this.#rememberMs;
    const { userId, sessionId, minEpoch } = revocation;
    if (sessionId !== undefined) {
      this.#note(`s${sessionId}`, {
        minEpoch: 0,
        reason: rejection(revocation.reason, 'REVOKED'),
        at,
        until,
      });
    }
    if (minEpoch !== undefined) {
      this.#note(`u${userId}`, {
        minEpoch,
        reason: rejection(revocation.reason, 'EPOCH_STALE'),
        at,
        until,
      });
    }
  }

  #note(key: string, ended: Ended): void {
    const known = this.#ended.get(key);
    if (known !== undefined && known.minEpoch >= ended.minEpoch) {
      return;
    }
    this.#ended.delete(key); // so that it comes last
    this.#ended.set(key, ended);
    for (const [oldest, dropped] of this.#ended) {
      if (this.#ended.size <= this.#capacity) {
        break;
      }
      this.#ended.delete(oldest);
      this.#refusedUpTo = Math.max(this.#refusedUpTo, Math.floor(dropped.at / 1000));
    }
  }

  #forgetExpired(now: number): void {
    for (const [key, ended] of this.#ended) {
      if (ended.until > now) {
        break;
      }
      this.#ended.delete(key);
    }
  }

  /** Why the access token is refused, or undefined if nothing is known against it. */
  check(token: Checked): RejectionReason | undefined {
    return this.#check(token, (minEpoch) => token.epoch < minEpoch);
  }

  /** Why the ticket is refused, or undefined if nothing is known against it. */
  checkTicket(ticket: Checked): RejectionReason | undefined {
    return this.#check(ticket, (minEpoch) => {
      // Serial numbers (RFC 1982): a ticket shows seven bits of the epoch.
      const behind = (minEpoch - ticket.epoch) & 127;
      return behind > 0 && behind < 64;
    });
  }

  #check(token: Checked, isBehind: (minEpoch: number) => boolean): RejectionReason | undefined {
    const session = this.#ended.get(`s${token.sessionId}`);
    if (session !== undefined) {
      return session.reason;
    }
    const user = this.#ended.get(`u${token.userId}`);
    if (user !== undefined && isBehind(user.minEpoch)) {
      return user.reason;
    }
    return token.issuedAt <= this.#refusedUpTo ? 'NEWS_TOO_OLD' : undefined;
  }

  /** How many entries are held. */
  get size(): number {
    return this.#ended.size;
  }
}

function rejection(reason: string, otherwise: RejectionReason): RejectionReason {
  return reason === 'KICKED' || reason === 'REPLACED' || reason === 'BANNED' ? reason : otherwise;
}
