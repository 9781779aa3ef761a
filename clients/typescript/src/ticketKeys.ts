import { NotJsonError, has, instant, integer, objects, readObject, text } from './strictJson.js';
import { type TicketKey } from './serverTicket.js';

/** The keys of one game server, by what tickets show of their epoch. */
export type TicketKeys = ReadonlyMap<number, TicketKey>;

/**
 * @throws RangeError if tickets could not tell two of them apart, or one is not of 32 bytes
 */
export function ticketKeys(keys: readonly TicketKey[]): TicketKeys {
  const byEpoch = new Map<number, TicketKey>();
  for (const key of keys) {
    const shown = key.epoch & 255;
    if (key.key.length !== 32 || byEpoch.has(shown)) {
      throw new RangeError(`the ticket key of epoch ${key.epoch} has not 32 bytes, or a twin`);
    }
    byEpoch.set(shown, key);
  }
  return byEpoch;
}

/** Reads what GET /server/v1/ticket-keys answers. The message of an error holds no key. */
export function parseTicketKeys(document: Uint8Array, serverId: string): TicketKeys {
  const answer = readObject(document);
  if (text(answer, 'serverId') !== serverId) {
    throw new NotJsonError(`these are not the ticket keys of ${serverId}`);
  }
  const keys = ticketKeys(
    objects(answer, 'keys').map((key) => ({
      epoch: integer(key, 'epoch'),
      key: Buffer.from(text(key, 'key'), 'base64url'),
      ...(has(key, 'acceptUntil') && { acceptUntil: Math.floor(instant(key, 'acceptUntil') / 1000) }),
    })),
  );
  if (keys.size === 0) {
    throw new NotJsonError('there is no ticket key in the answer');
  }
  return keys;
}
