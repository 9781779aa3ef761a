import { createHash, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { type ServerTicket } from './result.js';

/** The form of docs/server-ticket.md. */
const TEXT = /^[A-Za-z0-9_-]{64}$/;
const VERSION = 1;
const BODY = 32;
const TAG = 16;
const KEY = 32;
const LONGEST_LIFE_SECONDS = 900;

/** A key of one game server. */
export interface TicketKey {
  /** The whole number; tickets show it modulo 256. */
  readonly epoch: number;
  /** 32 bytes. */
  readonly key: Uint8Array;
  /** Seconds since 1970 from which no ticket of it can be in time; absent while none follows. */
  readonly acceptUntil?: number;
}

/** The 48 bytes of a ticket of a version that is known, or undefined. */
export function decodeTicket(text: string): Buffer | undefined {
  // 64 characters are 48 bytes without a bit to spare, so there is one spelling.
  const bytes = TEXT.test(text) ? Buffer.from(text, 'base64url') : undefined;
  return bytes?.[0] === VERSION ? bytes : undefined;
}

/** Tells servers apart, proves nothing. */
export function serverHash(serverId: string): number {
  return createHash('sha256').update(serverId, 'utf8').digest().readUInt32BE(0);
}

export function serverHashOf(ticket: Buffer): number {
  return ticket.readUInt32BE(4);
}

/** 0 to 255. */
export function keyEpochOf(ticket: Buffer): number {
  return ticket.readUInt8(1);
}

/** Whether the tag fits, in constant time. */
export function isSealedBy(ticket: Buffer, key: Uint8Array): boolean {
  const tag = createHmac('sha256', key).update(ticket.subarray(0, BODY)).digest().subarray(0, TAG);
  return timingSafeEqual(tag, ticket.subarray(BODY));
}

/** Reads what stands behind a tag that is right; undefined if that is no ticket. */
export function readTicket(bytes: Buffer): ServerTicket | undefined {
  const userId = bytes.readBigInt64BE(8);
  const sessionId = bytes.readBigInt64BE(16);
  const issuedAt = bytes.readUInt32BE(24);
  const expiresAt = bytes.readUInt32BE(28);
  const life = expiresAt - issuedAt;
  if (userId <= 0n || sessionId <= 0n || life <= 0 || life > LONGEST_LIFE_SECONDS) {
    return undefined;
  }
  if (BigInt(bytes.readUInt8(2)) !== (userId & 31n)) {
    return undefined;
  }
  const flags = bytes.readUInt8(3);
  return {
    userId: userId.toString(),
    sessionId: sessionId.toString(),
    epoch: flags >>> 1,
    singleUse: (flags & 1) === 1,
    issuedAt,
    expiresAt,
  };
}

/** What tells two tickets apart: 128 bits that do not meet by chance. */
export function tagOf(ticket: Buffer): string {
  return ticket.toString('latin1', BODY);
}

/**
 * Derives a key as the service does. Game servers never need it: theirs are delivered.
 *
 * @internal
 */
export function deriveTicketKey(master: Uint8Array, serverId: string, epoch: number): Uint8Array {
  const info = Buffer.concat([Buffer.from([epoch]), Buffer.from(serverId, 'utf8')]);
  return new Uint8Array(hkdfSync('sha256', master, 'usercenter server ticket v1', info, KEY));
}
