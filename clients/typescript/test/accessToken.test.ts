import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { TokenVerifier } from '../src/index.js';
import { CREDENTIAL, FakeUserCenter } from './fakeUserCenter.js';
import { repositoryFile } from './files.js';
import { ManualClock } from './manualClock.js';

/** The vectors that the Java library makes, and is held against too. */
interface Vectors {
  readonly issuer: string;
  readonly audience: string;
  readonly now: number;
  readonly jwks: object;
  readonly tokens: readonly {
    readonly name: string;
    readonly result: string;
    readonly token: string;
    readonly userId?: string;
    readonly sessionId?: string;
    readonly epoch?: number;
  }[];
}

const FILE = 'player-token/src/test/resources/access-token-vectors.json';
const vectors = JSON.parse(repositoryFile(FILE).toString('utf8')) as Vectors;

let service: FakeUserCenter;
let verifier: TokenVerifier;

before(async () => {
  service = await FakeUserCenter.start();
  service.jwks = vectors.jwks;
  verifier = new TokenVerifier({
    issuer: vectors.issuer,
    address: service.url,
    audience: vectors.audience,
    credential: CREDENTIAL,
    clock: new ManualClock(vectors.now * 1000),
  });
  await verifier.ready();
});

after(() => {
  verifier.close();
  service.close();
});

test('there are vectors of every kind', () => {
  assert.ok(vectors.tokens.length > 30);
  const results = new Set(vectors.tokens.map((vector) => vector.result));
  for (const result of [
    'VERIFIED',
    'MALFORMED',
    'BAD_SIGNATURE',
    'UNKNOWN_KEY',
    'WRONG_ISSUER',
    'WRONG_AUDIENCE',
    'EXPIRED',
    'NOT_YET_VALID',
  ]) {
    assert.ok(results.has(result), result);
  }
});

for (const vector of vectors.tokens) {
  test(`${vector.name}: ${vector.result}`, async () => {
    const result = await verifier.verify(vector.token);
    if (result.verified) {
      assert.equal('VERIFIED', vector.result);
      assert.equal(result.token.userId, vector.userId);
      assert.equal(result.token.sessionId, vector.sessionId);
      assert.equal(result.token.epoch, vector.epoch);
    } else {
      assert.equal(result.reason, vector.result);
    }
  });
}

test('what is not even a text is malformed', async () => {
  for (const nothing of [undefined, null, 7, {}, []]) {
    assert.deepEqual(await verifier.verify(nothing as unknown as string), {
      verified: false,
      reason: 'MALFORMED',
    });
  }
});
