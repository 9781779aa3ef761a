import { type Clock } from './clock.js';
import { rejected, type RejectionReason, type TicketVerification } from './result.js';
import { type Revocations } from './revocations.js';
import {
  decodeTicket,
  isSealedBy,
  keyEpochOf,
  readTicket,
  serverHash,
  serverHashOf,
  tagOf,
} from './serverTicket.js';
import { UsedTickets } from './usedTickets.js';

/** Finds the key that may have made a ticket: by 0 to 255, at a second. */
export type FindTicketKey = (
  epoch: number,
  now: number,
) => Uint8Array | undefined | Promise<Uint8Array | undefined>;

/** Checks the tickets of one game server; TokenVerifier.tickets makes it. */
export class TicketVerifier {
  readonly #serverHash: number;
  readonly #find: FindTicketKey;
  readonly #revocations: Revocations;
  readonly #newsTooOld: (userId: string) => boolean;
  readonly #leewaySeconds: number;
  readonly #clock: Clock;
  readonly #used: UsedTickets;

  constructor(
    serverId: string,
    find: FindTicketKey,
    revocations: Revocations,
    newsTooOld: (userId: string) => boolean,
    leewaySeconds: number,
    clock: Clock,
  ) {
    this.#serverHash = serverHash(serverId);
    this.#find = find;
    this.#revocations = revocations;
    this.#newsTooOld = newsTooOld;
    this.#leewaySeconds = leewaySeconds;
    this.#clock = clock;
    this.#used = new UsedTickets(this.#now());
  }

  /** Checks a ticket; a single-use ticket is used up by that. Never fails. */
  async verify(text: string): Promise<TicketVerification> {
    const bytes = typeof text === 'string' ? decodeTicket(text) : undefined;
    if (bytes === undefined) {
      return rejected('MALFORMED');
    }
    if (serverHashOf(bytes) !== this.#serverHash) {
      return rejected('WRONG_AUDIENCE');
    }
    const key = await this.#find(keyEpochOf(bytes), this.#now());
    if (key === undefined) {
      return rejected('UNKNOWN_KEY');
    }
    if (!isSealedBy(bytes, key)) {
      return rejected('BAD_SIGNATURE');
    }
    const ticket = readTicket(bytes);
    if (ticket === undefined) {
      return rejected('MALFORMED');
    }
    const now = this.#now();
    const refusal: RejectionReason | undefined =
      ticket.issuedAt > now + this.#leewaySeconds
        ? 'NOT_YET_VALID'
        : now >= ticket.expiresAt + this.#leewaySeconds
          ? 'EXPIRED'
          : (this.#revocations.checkTicket(ticket) ??
            (this.#newsTooOld(ticket.userId) ? 'NEWS_TOO_OLD' : undefined));
    if (refusal !== undefined) {
      return rejected(refusal);
    }
    // Last: a ticket that is refused for another reason is not used up.
    const forgetAt = ticket.expiresAt + this.#leewaySeconds;
    if (ticket.singleUse && !this.#used.use(tagOf(bytes), ticket.issuedAt, forgetAt, now)) {
      return rejected('ALREADY_USED');
    }
    return { verified: true, ticket };
  }

  #now(): number {
    return Math.floor(this.#clock.now() / 1000);
  }
}
