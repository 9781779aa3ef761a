import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NewsAge, RevocationFeed } from '../src/revocationFeed.js';
import { UserCenter } from '../src/userCenter.js';
import { CREDENTIAL, FakeUserCenter } from './fakeUserCenter.js';
import { repositoryFile } from './files.js';
import { ManualClock } from './manualClock.js';

test('every kind of news is heard in the form that the service writes', async () => {
  const service = await FakeUserCenter.start();
  try {
    const page = repositoryFile('player-token/src/test/resources/revocation-page.json');
    service.inTrouble(() => [200, page.toString('utf8')]);
    const heard: unknown[][] = [];
    const news = new NewsAge(new ManualClock(0));
    const feed = new RevocationFeed(
      new UserCenter(service.url, CREDENTIAL, new AbortController().signal),
      {
        revoked: (revocation) => heard.push(['revoked', revocation]),
        signingKeyWithdrawn: (kid) => heard.push(['signing key', kid]),
        ticketKeyWithdrawn: (serverId, epoch) => heard.push(['ticket key', serverId, epoch]),
      },
      news,
      60_000,
      () => undefined,
    );

    await feed.poll();

    const userId = '577000000000000023';
    const at = Date.parse('2026-11-21T08:00:00.123Z');
    assert.deepEqual(heard, [
      ['revoked', { userId, sessionId: '42', reason: 'KICKED', at }],
      ['revoked', { userId, minEpoch: 3, reason: 'BANNED', at }],
      ['revoked', { userId, sessionId: '43', minEpoch: 4, reason: 'THEFT', at }],
      ['signing key', 'k1'],
      ['ticket key', 's1', 260],
    ]);
    assert.equal(news.milliseconds, 0);
    assert.equal(news.millisecondsOf(userId), 0);
    assert.equal(news.millisecondsOf('32'), Infinity, 'shard 0 could not tell');
    assert.equal(news.millisecondsOf('31'), Infinity, 'shard 31 could not tell');

    await feed.poll();
    const places = service.requests.map((url) => url.searchParams.get('after'));
    assert.deepEqual(places, ['0', 'g1.1763712000000-5']);
  } finally {
    service.close();
  }
});
