/**
 * Why a token or ticket is refused; docs/game-server-guide.md says what to do about each. The same
 * names as in the Java library.
 */
export type RejectionReason =
  | 'MALFORMED'
  | 'BAD_SIGNATURE'
  | 'UNKNOWN_KEY'
  | 'WRONG_ISSUER'
  | 'WRONG_AUDIENCE'
  | 'NOT_YET_VALID'
  | 'EXPIRED'
  | 'REVOKED'
  | 'KICKED'
  | 'REPLACED'
  | 'BANNED'
  | 'EPOCH_STALE'
  | 'ALREADY_USED'
  | 'NEWS_TOO_OLD';

/** The token is no good. */
export interface Rejected {
  readonly verified: false;
  readonly reason: RejectionReason;
}

/** What a check of an access token came to. */
export type Verification = { readonly verified: true; readonly token: AccessToken } | Rejected;

/** What a check of a server ticket came to. */
export type TicketVerification =
  | { readonly verified: true; readonly ticket: ServerTicket }
  | Rejected;

/** What an access token says. Ids are decimal texts: they do not fit into a number. */
export interface AccessToken {
  readonly userId: string;
  readonly sessionId: string;
  /** The user's auth epoch when the token was made. */
  readonly epoch: number;
  readonly channel: string;
  readonly deviceClass: string;
  /** Seconds since 1970. */
  readonly issuedAt: number;
  /** Seconds since 1970, refused from then on. */
  readonly expiresAt: number;
  readonly tokenId: string;
}

/** What a ticket to one game server says. Ids are decimal texts: they do not fit into a number. */
export interface ServerTicket {
  readonly userId: string;
  readonly sessionId: string;
  /** The low seven bits of the user's auth epoch. */
  readonly epoch: number;
  readonly singleUse: boolean;
  /** Seconds since 1970. */
  readonly issuedAt: number;
  /** Seconds since 1970, refused from then on. */
  readonly expiresAt: number;
}

/** @internal */
export function rejected(reason: RejectionReason): Rejected {
  return { verified: false, reason };
}
