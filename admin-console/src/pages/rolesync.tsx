import { Alert, Input, Select, Tabs } from 'antd';
import { useState } from 'react';
import { type Answer, call, get } from '../api';
import { useTexts } from '../i18n';
import { useLoad, usePages } from '../load';
import { Act, Buttons, Page, Player, part, Reload, Rows, Said, State, Time, useColumn } from '../ui';
import { MissingShards } from './players';

type Stream = NonNullable<Answer<'/admin/v1/role-streams'>['streams']>[number];
type Rejected = NonNullable<Answer<'/admin/v1/role-events/rejected'>['events']>[number];
type Gap = NonNullable<Answer<'/admin/v1/role-feeds/gaps'>['gaps']>[number];

/** How the copy of the characters keeps up, and what it could not take. */
export function RoleSyncPage() {
  const { t } = useTexts();
  return (
    <Page title={t('menu.role-sync')} needs={['ROLE_SYNC_READ']}>
      <Tabs
        destroyOnHidden
        items={[
          { key: 'streams', label: t('sync.streams'), children: <Streams /> },
          { key: 'rejected', label: t('sync.rejected'), children: <RejectedEvents /> },
          { key: 'gaps', label: t('sync.gaps'), children: <Gaps /> },
        ]}
      />
    </Page>
  );
}

function Streams() {
  const { t } = useTexts();
  const column = useColumn();
  const load = useLoad('streams', () => get('/admin/v1/role-streams'), 10);
  const waiting = (load.data?.streams ?? []).reduce((sum, stream) => sum + (stream.entries ?? 0), 0);
  const paused = (load.data?.streams ?? []).filter((stream) => stream.paused).length;
  const columns = [
    column<Stream>('sync.stream', (row) => row.stream),
    column<Stream>('sync.entries', (row) => row.entries, { align: 'right' }),
    column<Stream>('field.status', (row) => <State kind="status" value={row.paused ? 'PAUSED' : 'RUNNING'} />),
    column<Stream>('field.reason', (row) => row.reason || '–'),
    column<Stream>('field.by', (row) => row.pausedBy || '–'),
    column<Stream>('field.since', (row) => <Time at={row.pausedAt} />),
    column<Stream>('field.actions', (row) =>
      row.paused ? (
        <Act
          label={t('sync.resume')}
          needs="ROLE_SYNC_WRITE"
          send={() => call('post', '/admin/v1/role-streams/{stream}:resume', { ids: { stream: row.stream } })}
          done={load.reload}
        />
      ) : (
        <Act
          label={t('sync.pause')}
          about={t('sync.pauseText')}
          danger
          needs="ROLE_SYNC_WRITE"
          reason
          send={({ reason }) => call('post', '/admin/v1/role-streams/{stream}:pause', { ids: { stream: row.stream }, body: { reason } })}
          done={load.reload}
        />
      ),
    ),
  ];
  return (
    <>
      {load.data && (
        <p role="status">
          {t('sync.summary', { entries: waiting, paused })}
        </p>
      )}
      <Rows label={t('sync.streams')} load={part(load, (data) => data.streams ?? [])} columns={columns} rowKey={(row) => row.stream ?? ''} />
    </>
  );
}

function RejectedEvents() {
  const { t, named } = useTexts();
  const column = useColumn();
  const [serverId, setServerId] = useState('');
  const [replayed, setReplayed] = useState<boolean>();
  const load = usePages<Rejected>(JSON.stringify({ serverId, replayed }), async (after) => {
    const page = await get('/admin/v1/role-events/rejected', {
      query: { ...(serverId ? { serverId } : {}), ...(replayed === undefined ? {} : { replayed }), ...(after ? { after: Number(after) } : {}), limit: 50 },
    });
    return { rows: page.events ?? [], next: page.next };
  });
  const [outcome, setOutcome] = useState<string>();
  const columns = [
    column<Rejected>('sync.rejectedAt', (row) => <Time at={row.rejectedAt} />),
    column<Rejected>('field.serverId', (row) => row.serverId || '–'),
    column<Rejected>('field.reason', (row) => <span title={row.reason}>{named('rejection', row.reason)}</span>),
    column<Rejected>('field.detail', (row) => (row.detail ? <Said>{row.detail}</Said> : '–')),
    column<Rejected>('field.userId', (row) => <Player userId={row.userId} />),
    column<Rejected>('field.roleId', (row) => row.roleId || '–'),
    column<Rejected>('sync.replayed', (row) => (row.replayedAt ? <><Time at={row.replayedAt} /> {named('rejection', row.replayOutcome)}</> : '–')),
    column<Rejected>('field.actions', (row) => (
      <Act
        label={t('sync.replay')}
        about={t('sync.replayText')}
        needs="ROLE_SYNC_WRITE"
        send={async () => {
          const answer = await call('post', '/admin/v1/role-events/rejected:replay', { body: { ids: [row.rejectedId ?? ''] } });
          setOutcome((answer.replays ?? []).map((replay) => named('rejection', replay.outcome)).join('; '));
        }}
        done={load.reload}
      />
    )),
  ];
  return (
    <>
      <div className="filters">
        <label>
          {t('field.serverId')}
          <Input.Search allowClear onSearch={(value) => setServerId(value.trim())} aria-label={t('field.serverId')} />
        </label>
        <label>
          {t('sync.replayed')}
          <Select
            allowClear
            aria-label={t('sync.replayed')}
            options={[
              { value: 'true', label: t('answer.yes') },
              { value: 'false', label: t('answer.no') },
            ]}
            onChange={(value?: string) => setReplayed(value === undefined ? undefined : value === 'true')}
          />
        </label>
      </div>
      {outcome !== undefined && <Alert className="stale" type="info" showIcon title={outcome || t('empty')} />}
      <Rows label={t('sync.rejected')} load={load} columns={columns} rowKey={(row) => row.rejectedId ?? ''} expand={(row) => <pre className="json">{row.event}</pre>} />
    </>
  );
}

function Gaps() {
  const { t } = useTexts();
  const column = useColumn();
  const load = useLoad('gaps', () => get('/admin/v1/role-feeds/gaps'));
  const columns = [
    column<Gap>('field.serverId', (row) => row.serverId),
    column<Gap>('sync.publisher', (row) => <span className="mono">{row.publisher}</span>),
    column<Gap>('field.shard', (row) => row.shard),
    column<Gap>('sync.missing', (row) => row.missing, { align: 'right' }),
    column<Gap>('sync.after', (row) => row.after, { align: 'right' }),
    column<Gap>('sync.highest', (row) => row.highest, { align: 'right' }),
    column<Gap>('field.since', (row) => <Time at={row.since} />),
  ];
  return (
    <>
      <Buttons>
        <Reload load={load} />
      </Buttons>
      <MissingShards shards={load.data?.missingShards} />
      <Rows label={t('sync.gaps')} load={part(load, (data) => data.gaps ?? [])} columns={columns} rowKey={(row) => `${row.serverId} ${row.publisher} ${row.shard}`} />
    </>
  );
}
