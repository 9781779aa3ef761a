import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, test } from 'node:test';
import { TokenVerifier, type VerifierOptions } from '../src/index.js';
import { serverHash } from '../src/serverTicket.js';
import { type TicketVerifier } from '../src/ticketVerifier.js';
import { eventually } from './eventually.js';
import { CREDENTIAL, FakeUserCenter } from './fakeUserCenter.js';
import { repositoryFile } from './files.js';
import { ManualClock } from './manualClock.js';

const VECTORS = JSON.parse(
  repositoryFile('player-token/src/test/resources/access-token-vectors.json').toString('utf8'),
) as {
  issuer: string;
  audience: string;
  now: number;
  jwks: { keys: { kid: string }[] };
  tokens: { name: string; result: string; token: string; userId: string; sessionId: string }[];
};
const GOOD = VECTORS.tokens.find(({ result }) => result === 'VERIFIED')!;
const AT = new Date(VECTORS.now * 1000).toISOString();
const INTERVAL = 10_000;

let service: FakeUserCenter;
let clock: ManualClock;
let logged: string[];
const verifiers: TokenVerifier[] = [];

beforeEach(async () => {
  service = await FakeUserCenter.start();
  service.jwks = VECTORS.jwks;
  clock = new ManualClock(VECTORS.now * 1000);
  logged = [];
});

afterEach(() => {
  verifiers.splice(0).forEach((verifier) => verifier.close());
  service.close();
});

function start(options: Partial<VerifierOptions> = {}): TokenVerifier {
  const verifier = new TokenVerifier({
    issuer: VECTORS.issuer,
    address: service.url,
    audience: VECTORS.audience,
    credential: CREDENTIAL,
    maxStalenessMs: 30_000,
    clock,
    log: (message) => logged.push(message),
    ...options,
  });
  verifiers.push(verifier);
  return verifier;
}

async function ready(options: Partial<VerifierOptions> = {}): Promise<TokenVerifier> {
  const verifier = start(options);
  await verifier.ready();
  return verifier;
}

async function verdict(verifier: TokenVerifier): Promise<string> {
  const result = await verifier.verify(GOOD.token);
  return result.verified ? 'VERIFIED' : result.reason;
}

async function entry(tickets: TicketVerifier, ticket: string): Promise<string> {
  const result = await tickets.verify(ticket);
  return result.verified ? 'VERIFIED' : result.reason;
}

const ended = (more: object): object => ({
  userId: GOOD.userId,
  reason: 'BANNED',
  at: AT,
  ...more,
});

test('a ban is refused as soon as it is in the feed', async () => {
  const verifier = await ready();
  assert.equal(await verdict(verifier), 'VERIFIED');
  service.tell(ended({ minEpoch: 7 }), { kind: 'of a newer service' });
  service.tell(ended({ minEpoch: 8 }));
  await eventually('the ban arrives', async () => (await verdict(verifier)) === 'BANNED');
});

test('a session that ended is refused with its reason', async () => {
  service.tell(ended({ sessionId: GOOD.sessionId, reason: 'SOMETHING_NEW' }));
  assert.equal(await verdict(await ready()), 'REVOKED'); // known before the first check
});

test('many pages are read before it is up to date', async () => {
  service.pageSize(1);
  for (let session = 1; session < 20; session++) {
    service.tell(ended({ sessionId: `${session}` }));
  }
  service.tell(ended({ sessionId: GOOD.sessionId, reason: 'KICKED' }));
  assert.equal(await verdict(await ready()), 'KICKED');
});

test('after a gap it starts over and keeps what it knew', async () => {
  service.tell(ended({ minEpoch: 8 }));
  const verifier = await ready();
  service.resetOnce();
  await eventually('asked again', () => service.count('/server/v1/revocations') >= 3);
  assert.equal(await verdict(verifier), 'BANNED');
  const places = service.requests
    .filter((url) => url.pathname === '/server/v1/revocations')
    .map((url) => url.searchParams.get('after'));
  assert.equal(places[0], '0');
  assert.ok(places.slice(1).every((place) => place === '1'), String(places));
});

test('who is cut off obeys maxStaleness, and catches up by itself', async () => {
  const closed = await ready();
  const open = await ready({ whenStale: 'FAIL_OPEN' });
  service.inTrouble(() => [503, '{}']);
  await eventually('both are cut off', () => logged.filter((m) => /lost/.test(m)).length === 2);
  assert.equal(await verdict(closed), 'VERIFIED'); // young enough
  clock.pass(31_000);
  assert.equal(await verdict(closed), 'NEWS_TOO_OLD');
  assert.equal(await verdict(open), 'VERIFIED');
  assert.ok(closed.newsAgeMs >= 31_000);
  service.tell(ended({ minEpoch: 8 }));
  service.inTrouble(undefined);
  await eventually('they catch up', async () => (await verdict(closed)) === 'BANNED');
  await eventually('they catch up', async () => (await verdict(open)) === 'BANNED');
});

test('an answer that is no page is not believed', async () => {
  const good = JSON.stringify(ended({ minEpoch: 8 }));
  for (const body of [
    '',
    '{}',
    '{"next":"9","revocations":[]} x',
    `{"next":"9","revocations":[${good},{"minEpoch":8}]}`,
    `{"next":"9","revocations":[${good},${JSON.stringify(ended({ minEpoch: '8' }))}]}`,
    `{"next":"9","next":"9","revocations":[${good}]}`,
    `{"next":"9","revocations":[${good}],"unheard":[32]}`,
    `{"revocations":[${good}]}`,
  ]) {
    service.inTrouble((url) =>
      url.pathname === '/server/v1/revocations'
        ? [200, body]
        : [200, JSON.stringify(VECTORS.jwks)],
    );
    const verifier = start({ whenStale: 'FAIL_OPEN' });
    const before = logged.length;
    await eventually('it is refused', () => logged.length > before);
    assert.equal(verifier.newsAgeMs, Infinity, body);
    assert.equal(await verdict(verifier), 'VERIFIED', body); // nothing of it is believed
  }
});

test('of a shard that could not tell the news gets older alone', async () => {
  const verifier = await ready();
  const shard = Number(BigInt(GOOD.userId) & 31n);
  clock.pass(20_000);
  service.unheard = [shard];
  service.resetOnce();
  await eventually('heard', () => verifier.newsAgeMs === 0);
  assert.equal(await verdict(verifier), 'VERIFIED');
  clock.pass(11_000);
  service.resetOnce();
  await eventually('heard', () => verifier.newsAgeMs === 0);
  assert.equal(await verdict(verifier), 'NEWS_TOO_OLD');
  service.unheard = [];
  service.resetOnce();
  await eventually('all told', async () => (await verdict(verifier)) === 'VERIFIED');
});

test('before the first news it is too old', async () => {
  const verifier = start({ credential: { id: 'gs-1', secret: 'wrong' } });
  await eventually('refused', () => logged.some((message) => message.includes('401')));
  assert.equal(verifier.newsAgeMs, Infinity);
  assert.equal(await verdict(verifier), 'NEWS_TOO_OLD');
});

test('an unknown kid causes one fetch per interval, and finds a new key', async () => {
  const verifier = await ready();
  const [kid] = VECTORS.jwks.keys.map((key) => key.kid);
  service.jwks = { keys: VECTORS.jwks.keys.filter((key) => key.kid !== kid) };
  const others = start();
  await eventually('the other one has the other keys', async () => {
    return (await verdict(others)) === 'UNKNOWN_KEY';
  });
  service.jwks = VECTORS.jwks;
  const before = service.count('/.well-known/jwks.json');
  await Promise.all(Array.from({ length: 100 }, () => verdict(others)));
  assert.equal(service.count('/.well-known/jwks.json'), before);
  clock.pass(INTERVAL);
  const found = await Promise.all(Array.from({ length: 100 }, () => verdict(others)));
  assert.deepEqual(new Set(found), new Set(['VERIFIED']));
  assert.equal(service.count('/.well-known/jwks.json'), before + 1);
  assert.equal(await verdict(verifier), 'VERIFIED');
});

test('a key that the feed withdrew is never believed again', async () => {
  const verifier = await ready();
  const header = Buffer.from(GOOD.token.split('.')[0]!, 'base64url').toString('utf8');
  const { kid } = JSON.parse(header) as { kid: string };
  service.tell({ kid, reason: 'KEY_COMPROMISED', at: AT });
  await eventually('refused', async () => (await verdict(verifier)) === 'UNKNOWN_KEY');
  clock.pass(INTERVAL);
  assert.equal(await verdict(verifier), 'UNKNOWN_KEY');
});

test('keys stay good while the issuer is away, whatever it answers', async () => {
  const verifier = await ready({ whenStale: 'FAIL_OPEN', keyRefreshMs: INTERVAL });
  for (const answer of [
    [500, '{}'],
    [302, ''],
    [200, '<html>'],
    [200, '{"keys":[]}'],
    [200, ' '.repeat(70_000)],
    [200, '{"keys":[{"kty":"oct","k":"AAAA","kid":"x","alg":"HS256"}]}'],
  ] as const) {
    service.inTrouble(() => answer);
    clock.pass(INTERVAL);
    assert.equal((await verifier.verify(unknownKid())).verified, false); // asks
    assert.equal(await verdict(verifier), 'VERIFIED');
  }
});

/** A token of a kid that nobody has, of the right form. */
function unknownKid(): string {
  return VECTORS.tokens.find(({ result }) => result === 'UNKNOWN_KEY')!.token;
}

test('the type JWT is accepted where it is set, and nothing else for it', async () => {
  const { token } = VECTORS.tokens.find(({ name }) => name.startsWith('type JWT'))!;
  assert.equal((await (await ready()).verify(token)).verified, false);
  const verifier = await ready({ tokenType: 'JWT' });
  assert.equal((await verifier.verify(token)).verified, true);
  assert.equal(await verdict(verifier), 'VERIFIED'); // also while the setting is changed
  const untyped = VECTORS.tokens.find(({ name }) => name === 'without type')!;
  assert.equal((await verifier.verify(untyped.token)).verified, false);
});

test('no secret is in the log', async () => {
  start({ credential: { id: 'gs-1', secret: 'hunter2' } });
  await eventually('something is logged', () => logged.length > 0);
  assert.ok(!logged.join().includes('hunter2'));
});

test('settings out of bounds are refused by name', () => {
  for (const [name, options] of [
    ['issuer', { issuer: ' ' }],
    ['audience', { audience: '' }],
    ['maxStalenessMs', { maxStalenessMs: 999 }],
    ['keyRefreshMs', { keyRefreshMs: 9_999 }],
    ['leewaySeconds', { leewaySeconds: 61 }],
    ['leewaySeconds', { leewaySeconds: NaN }],
    ['longestTokenLifeSeconds', { longestTokenLifeSeconds: 0 }],
    ['revocationCapacity', { revocationCapacity: 0 }],
    ['address', { address: 'ftp://x' }],
    ['address', { address: 'http://u:p@x' }],
    ['credential', { credential: { id: 'a:b', secret: 'x' } }],
  ] as const) {
    assert.throws(() => start(options), { name: 'RangeError', message: new RegExp(name) });
  }
});

// --- server tickets --------------------------------------------------------------------------

function keyOf(epoch: number): Buffer {
  return Buffer.alloc(32, epoch & 255);
}

function deliver(...epochs: (number | [epoch: number, acceptUntil: string])[]): void {
  service.ticketKeys.set('s1', {
    serverId: 's1',
    keys: epochs.map((each) => {
      const [epoch, acceptUntil] = typeof each === 'number' ? [each] : each;
      return { epoch, key: keyOf(epoch).toString('base64url'), acceptUntil };
    }),
  });
}

function ticket(keyEpoch: number, singleUse = false): string {
  const bytes = Buffer.alloc(48);
  const second = Math.floor(clock.now() / 1000);
  bytes.writeUInt8(1, 0);
  bytes.writeUInt8(keyEpoch & 255, 1);
  bytes.writeUInt8(Number(BigInt(GOOD.userId) & 31n), 2);
  bytes.writeUInt8((7 << 1) | (singleUse ? 1 : 0), 3);
  bytes.writeUInt32BE(serverHash('s1'), 4);
  bytes.writeBigInt64BE(BigInt(GOOD.userId), 8);
  bytes.writeBigInt64BE(BigInt(GOOD.sessionId), 16);
  bytes.writeUInt32BE(second, 24);
  bytes.writeUInt32BE(second + 60, 28);
  const tag = createHmac('sha256', keyOf(keyEpoch)).update(bytes.subarray(0, 32)).digest();
  tag.copy(bytes, 32, 0, 16);
  return bytes.toString('base64url');
}

const TICKET_KEYS = '/server/v1/ticket-keys';

test('the first ticket waits for the keys; the next key is known before its turn', async () => {
  deliver(4, 5);
  const tickets = (await ready()).tickets('s1');
  assert.equal(await entry(tickets, ticket(4)), 'VERIFIED');
  assert.equal(await entry(tickets, ticket(5)), 'VERIFIED');
  assert.equal(service.count(TICKET_KEYS), 1);
});

test('an unknown epoch causes one fetch per interval', async () => {
  deliver(4);
  const tickets = (await ready()).tickets('s1');
  assert.equal(await entry(tickets, ticket(4)), 'VERIFIED');
  clock.pass(INTERVAL);
  for (let epoch = 10; epoch < 30; epoch++) {
    assert.equal(await entry(tickets, ticket(epoch)), 'UNKNOWN_KEY');
  }
  assert.equal(service.count(TICKET_KEYS), 2);
  deliver(4, 5);
  clock.pass(INTERVAL);
  assert.equal(await entry(tickets, ticket(5)), 'VERIFIED');
});

test('a key of the past ends when its last ticket has', async () => {
  deliver([4, new Date(clock.now() + 20_000).toISOString()], 5);
  const tickets = (await ready()).tickets('s1');
  clock.pass(19_000);
  assert.equal(await entry(tickets, ticket(4)), 'VERIFIED');
  clock.pass(1_000);
  assert.equal(await entry(tickets, ticket(4)), 'UNKNOWN_KEY');
  assert.equal(await entry(tickets, ticket(5)), 'VERIFIED');
});

test('a compromised ticket key ends with the feed, its namesake of 256 rotations ago not', async () => {
  deliver(260);
  const tickets = (await ready()).tickets('s1');
  assert.equal(await entry(tickets, ticket(260)), 'VERIFIED');
  const withdrawn = { reason: 'TICKET_KEY_COMPROMISED', at: AT };
  service.tell({ serverId: 's2', ticketKeyEpoch: 260, ...withdrawn });
  service.tell({ serverId: 's1', ticketKeyEpoch: 4, ...withdrawn });
  await eventually('heard', () => service.count('/server/v1/revocations') >= 3);
  assert.equal(await entry(tickets, ticket(260)), 'VERIFIED');
  service.tell({ serverId: 's1', ticketKeyEpoch: 260, ...withdrawn });
  deliver(260, 261); // an instance that has not heard of it
  await eventually('refused', async () => (await entry(tickets, ticket(260))) === 'UNKNOWN_KEY');
  assert.equal(await entry(tickets, ticket(261)), 'VERIFIED');
});

test('a ban after minting is refused; a server has one memory of used tickets', async () => {
  deliver(4);
  const verifier = await ready();
  const tickets = verifier.tickets('s1');
  assert.equal(verifier.tickets('s1'), tickets);
  clock.pass(1_000);
  const once = ticket(4, true);
  assert.equal(await entry(tickets, once), 'VERIFIED');
  assert.equal(await entry(verifier.tickets('s1'), once), 'ALREADY_USED');
  const early = ticket(4);
  service.tell(ended({ minEpoch: 8 }));
  await eventually('refused', async () => (await entry(tickets, early)) === 'BANNED');
});

test('keys that are not to be had, or are none, refuse all tickets', async () => {
  const verifier = await ready();
  assert.equal(await entry(verifier.tickets('s1'), ticket(4)), 'UNKNOWN_KEY');
  assert.ok(logged.some((message) => message.includes('403')));
  service.ticketKeys.set('s2', { serverId: 's1', keys: [] });
  verifier.tickets('s2');
  await eventually('refused', () => logged.some((m) => m.includes('not the ticket keys of s2')));
  assert.throws(() => verifier.tickets(' '), RangeError);
});

test('who waits for a user center that cannot be heard is told so, and when it is closed', async () => {
  service.inTrouble(() => [401, '{}']);
  const verifier = start();
  await assert.rejects(verifier.ready(50), /nothing was heard from .* within 50 ms/);
  const waiting = verifier.ready();
  verifier.close();
  await assert.rejects(waiting, /was closed/);
  await assert.rejects(verifier.ready(), /was closed/);
});

test('a log that throws ends nothing', async () => {
  service.inTrouble(() => [503, '{}']);
  const verifier = start({
    log: (message) => {
      logged.push(message);
      throw new Error('a full disk');
    },
  });
  await eventually('something is logged', () => logged.length > 0);
  service.inTrouble(undefined);
  await verifier.ready(30_000);
  assert.equal(await verdict(verifier), 'VERIFIED');
});
