import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type RejectionReason } from '../src/result.js';
import { Revocations } from '../src/revocations.js';
import { deriveTicketKey } from '../src/serverTicket.js';
import { TicketVerifier } from '../src/ticketVerifier.js';
import { repositoryFile } from './files.js';
import { ManualClock } from './manualClock.js';

/** The vectors that the Java library is held against too. */
interface Vectors {
  readonly master: string;
  readonly tickets: readonly {
    readonly serverId: string;
    readonly keyEpoch: number;
    readonly key: string;
    readonly userId: string;
    readonly sessionId: string;
    readonly epoch: number;
    readonly singleUse: boolean;
    readonly issuedAt: number;
    readonly expiresAt: number;
    readonly ticket: string;
  }[];
}

const FILE = 'player-token/src/test/resources/server-ticket-vectors.json';
const { master, tickets } = JSON.parse(repositoryFile(FILE).toString('utf8')) as Vectors;
const MASTER = Buffer.from(master, 'hex');
const [FIRST, SINGLE_USE] = tickets as [Vectors['tickets'][0], Vectors['tickets'][0]];

function verifier(
  vector: Vectors['tickets'][0],
  clock: ManualClock,
  revocations = new Revocations(3_600_000, 100, clock),
): TicketVerifier {
  const key = deriveTicketKey(MASTER, vector.serverId, vector.keyEpoch);
  return new TicketVerifier(
    vector.serverId,
    (epoch) => (epoch === vector.keyEpoch ? key : undefined),
    revocations,
    () => false,
    5,
    clock,
  );
}

async function reason(verifier: TicketVerifier, ticket: string): Promise<RejectionReason | 'none'> {
  const result = await verifier.verify(ticket);
  return result.verified ? 'none' : result.reason;
}

function clockAt(second: number): ManualClock {
  return new ManualClock(second * 1000);
}

test('the vectors have the keys that are derived from the master', () => {
  assert.ok(tickets.length >= 4);
  for (const { serverId, keyEpoch, key } of tickets) {
    assert.equal(Buffer.from(deriveTicketKey(MASTER, serverId, keyEpoch)).toString('hex'), key);
  }
});

test('every vector says what it has to say', async () => {
  for (const vector of tickets) {
    const clock = clockAt(vector.issuedAt - 1); // a verifier that started before
    const checks = verifier(vector, clock);
    clock.pass(1_000);
    assert.deepEqual(await checks.verify(vector.ticket), {
      verified: true,
      ticket: {
        userId: vector.userId,
        sessionId: vector.sessionId,
        epoch: vector.epoch & 127,
        singleUse: vector.singleUse,
        issuedAt: vector.issuedAt,
        expiresAt: vector.expiresAt,
      },
    });
  }
});

test('every bit is under the tag', async () => {
  const checks = verifier(FIRST, clockAt(FIRST.issuedAt));
  const good = Buffer.from(FIRST.ticket, 'base64url');
  for (let bit = 0; bit < good.length * 8; bit++) {
    const flipped = Buffer.from(good);
    flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    const why = await reason(checks, flipped.toString('base64url'));
    assert.notEqual(why, 'none', `bit ${bit}`);
    if (bit >= 64) {
      assert.equal(why, 'BAD_SIGNATURE', `bit ${bit}`);
    }
  }
});

test('what is no ticket is malformed', async () => {
  const checks = verifier(FIRST, clockAt(FIRST.issuedAt));
  for (let length = 0; length < 64; length++) {
    assert.equal(await reason(checks, FIRST.ticket.slice(0, length)), 'MALFORMED');
  }
  for (const text of [`${FIRST.ticket}A`, '#'.repeat(64), 'A'.repeat(64), '中'.repeat(64)]) {
    assert.equal(await reason(checks, text), 'MALFORMED');
  }
  const { ticket } = SINGLE_USE;
  assert.match(ticket, /-.*_/);
  assert.equal(await reason(checks, ticket.replace('-', '+')), 'MALFORMED');
  assert.equal(await reason(checks, ticket.replace('_', '/')), 'MALFORMED');
  assert.equal(await reason(checks, undefined as unknown as string), 'MALFORMED');
});

test("another server's ticket is for another server", async () => {
  const other = { ...FIRST, serverId: 's2' };
  const checks = verifier(other, clockAt(FIRST.issuedAt));
  assert.equal(await reason(checks, FIRST.ticket), 'WRONG_AUDIENCE');
});

test('another key is refused, and one that is not there is unknown', async () => {
  const clock = clockAt(FIRST.issuedAt);
  const stranger = new TicketVerifier(
    FIRST.serverId,
    () => new Uint8Array(32),
    new Revocations(1, 1, clock),
    () => false,
    5,
    clock,
  );
  assert.equal(await reason(stranger, FIRST.ticket), 'BAD_SIGNATURE');
  const next = verifier({ ...FIRST, keyEpoch: FIRST.keyEpoch + 1 }, clock);
  assert.equal(await reason(next, FIRST.ticket), 'UNKNOWN_KEY');
});

test('its times are kept to the second', async () => {
  const clock = clockAt(FIRST.expiresAt + 4);
  const checks = verifier(FIRST, clock);
  assert.equal(await reason(checks, FIRST.ticket), 'none');
  clock.pass(1_000);
  assert.equal(await reason(checks, FIRST.ticket), 'EXPIRED');
  clock.moveWall((FIRST.issuedAt - 5 - (FIRST.expiresAt + 5)) * 1000);
  assert.equal(await reason(checks, FIRST.ticket), 'none');
  clock.moveWall(-1_000);
  assert.equal(await reason(checks, FIRST.ticket), 'NOT_YET_VALID');
});

test('a single-use ticket opens once, also when many come at once', async () => {
  const clock = clockAt(SINGLE_USE.issuedAt - 1);
  const checks = verifier(SINGLE_USE, clock);
  clock.pass(1_000);
  const results = await Promise.all(
    Array.from({ length: 8 }, () => reason(checks, SINGLE_USE.ticket)),
  );
  assert.deepEqual(results.sort(), [...Array<string>(7).fill('ALREADY_USED'), 'none']);
  const restarted = verifier(SINGLE_USE, clock);
  assert.equal(await reason(restarted, SINGLE_USE.ticket), 'ALREADY_USED');
});

test('revocations are obeyed, and epochs go round the circle', async () => {
  const clock = clockAt(SINGLE_USE.issuedAt - 1);
  const revocations = new Revocations(3_600_000, 100, clock);
  const checks = verifier(SINGLE_USE, clock, revocations); // of epoch 7
  clock.pass(1_000);
  const { userId, sessionId } = SINGLE_USE;
  const at = clock.now();
  revocations.add({ userId, minEpoch: 128 + 7 - 1, reason: 'BANNED', at });
  revocations.add({ userId: '1', minEpoch: 1_000, reason: 'BANNED', at });
  assert.equal(await reason(checks, SINGLE_USE.ticket), 'none');
  revocations.add({ userId, minEpoch: 128 + 8, reason: 'BANNED', at });
  assert.equal(await reason(checks, SINGLE_USE.ticket), 'BANNED');
  revocations.add({ userId, sessionId, reason: 'LOGOUT', at });
  assert.equal(await reason(checks, SINGLE_USE.ticket), 'REVOKED');
});
