import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Revocations } from '../src/revocations.js';
import { UsedTickets } from '../src/usedTickets.js';
import { ManualClock } from './manualClock.js';

const HOUR = 3_600_000;
const token = (userId: string, epoch: number, issuedAt = 1_000): Parameters<Revocations['check']>[0] =>
  ({ userId, sessionId: `1${userId}`, epoch, issuedAt });

test('an older epoch does not undo a younger one, and twice is once', () => {
  const revocations = new Revocations(HOUR, 10, new ManualClock(1_000_000));
  const at = 1_000_000;
  revocations.add({ userId: '1', minEpoch: 9, reason: 'BANNED', at });
  revocations.add({ userId: '1', minEpoch: 9, reason: 'PASSWORD', at });
  revocations.add({ userId: '1', minEpoch: 5, reason: 'PASSWORD', at });
  assert.equal(revocations.size, 1);
  assert.equal(revocations.check(token('1', 8)), 'BANNED');
  assert.equal(revocations.check(token('1', 9)), undefined);
  assert.equal(revocations.check(token('2', 0)), undefined);
});

test('what is revoked is remembered for the life of a token, whichever clock is ahead', () => {
  const clock = new ManualClock(1_000_000);
  const revocations = new Revocations(HOUR, 10, clock);
  revocations.add({ userId: '1', minEpoch: 9, reason: 'BANNED', at: 0 });
  revocations.add({ userId: '2', minEpoch: 9, reason: 'BANNED', at: Number.MAX_SAFE_INTEGER });
  clock.pass(HOUR - 1);
  revocations.add({ userId: '3', minEpoch: 9, reason: 'BANNED', at: clock.now() });
  assert.equal(revocations.check(token('1', 8)), 'BANNED');
  clock.pass(HOUR + 1);
  revocations.add({ userId: '4', minEpoch: 9, reason: 'BANNED', at: clock.now() });
  assert.equal(revocations.size, 1, 'a date far off does not stay for ever');
});

test('for lack of room older tokens are refused, and nothing revoked is accepted', () => {
  const clock = new ManualClock(10_000_000);
  const revocations = new Revocations(HOUR, 2, clock);
  for (const [userId, at] of [['1', 5_000_000], ['2', 6_000_000], ['3', 7_000_000]] as const) {
    revocations.add({ userId, minEpoch: 9, reason: 'BANNED', at });
  }
  assert.equal(revocations.size, 2);
  assert.equal(revocations.check(token('1', 8, 4_999)), 'NEWS_TOO_OLD');
  assert.equal(revocations.check(token('4', 8, 5_000)), 'NEWS_TOO_OLD');
  assert.equal(revocations.check(token('4', 8, 5_001)), undefined);
});

test('used tickets are bounded: when there is no room the next one counts as used', () => {
  const used = new UsedTickets(0);
  for (let i = 0; i < UsedTickets.CAPACITY; i++) {
    assert.ok(used.use(`t${i}`, 10, 75, 20));
  }
  assert.ok(!used.use('t0', 10, 75, 74));
  assert.ok(!used.use('one more', 10, 75, 74));
  assert.ok(used.use('one more', 10, 140, 75));
});
