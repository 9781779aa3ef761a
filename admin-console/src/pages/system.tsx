import { Descriptions, Input, Progress, Tabs } from 'antd';
import { useState } from 'react';
import { type Answer, call, get } from '../api';
import { useTexts } from '../i18n';
import { useLoad, usePages } from '../load';
import { useSession } from '../session';
import { Act, Buttons, Loaded, Page, part, Reload, Rows, Said, State, Time, useColumn } from '../ui';
import { DecodedId } from './player';

type Shard = NonNullable<Answer<'/admin/v1/shards'>['shards']>[number];
type Holder = NonNullable<Answer<'/admin/v1/id-workers'>['holders']>[number];
type Import = NonNullable<Answer<'/admin/v1/imports'>['imports']>[number];
type Reject = NonNullable<Answer<'/admin/v1/imports/{jobId}/rejects'>['rejects']>[number];

/** The machinery. */
export function SystemPage() {
  const { t } = useTexts();
  const { may } = useSession();
  return (
    <Page title={t('menu.system')} needs={['SYSTEM_READ', 'IMPORT_READ']}>
      <Tabs
        destroyOnHidden
        items={[
          ...(may('SYSTEM_READ')
            ? [
                { key: 'shards', label: t('system.shards'), children: <Shards /> },
                { key: 'ids', label: t('system.idWorkers'), children: <IdWorkers /> },
                { key: 'explain', label: t('system.explain'), children: <Explain /> },
              ]
            : []),
          ...(may('IMPORT_READ') ? [{ key: 'imports', label: t('system.imports'), children: <Imports /> }] : []),
        ]}
      />
    </Page>
  );
}

function Shards() {
  const { t } = useTexts();
  const column = useColumn();
  const load = useLoad('shards', () => get('/admin/v1/shards'), 10);
  const columns = [
    column<Shard>('field.shard', (row) => row.shard),
    column<Shard>('system.instance', (row) => <span className="mono">{row.instance}</span>),
    column<Shard>('field.status', (row) => <State kind="status" value={row.status} />),
    column<Shard>('field.reason', (row) => row.reason || '–'),
    column<Shard>('field.since', (row) => <Time at={row.since} />),
  ];
  return <Rows label={t('system.shards')} load={part(load, (data) => data.shards ?? [])} columns={columns} rowKey={(row) => row.shard ?? ''} />;
}

function IdWorkers() {
  const { t } = useTexts();
  const column = useColumn();
  const load = useLoad('id-workers', () => get('/admin/v1/id-workers'), 10);
  const columns = [
    column<Holder>('id.machine', (row) => row.machine, { align: 'right' }),
    column<Holder>('system.process', (row) => <span className="mono">{row.process}</span>),
    column<Holder>('system.windowEnd', (row) => <Time at={row.windowEnd} />),
    column<Holder>('system.secondsLeft', (row) => row.secondsLeft, { align: 'right' }),
    column<Holder>('system.thisInstance', (row) => t(row.thisInstance ? 'answer.yes' : 'answer.no')),
  ];
  return (
    <>
      <Loaded load={load}>
        {({ instance, held, total }) => (
          <div className="panel">
            <Descriptions
              size="small"
              column={{ xs: 1, md: 3 }}
              items={[
                { key: 'status', label: t('field.status'), children: <State kind="status" value={instance?.status} /> },
                { key: 'machine', label: t('id.machine'), children: instance?.machine ?? '–' },
                { key: 'held', label: t('system.held'), children: `${held} / ${total}` },
                { key: 'window', label: t('system.secondsLeft'), children: Math.round((instance?.windowLeftMs ?? 0) / 1000) },
                { key: 'lead', label: t('system.lead'), children: `${instance?.leadMs ?? 0} ms` },
                { key: 'refused', label: t('system.refused'), children: instance?.refused },
                { key: 'lost', label: t('system.leasesLost'), children: instance?.leasesLost },
                ...(instance?.reason ? [{ key: 'reason', label: t('field.reason'), children: instance.reason }] : []),
                ...(instance?.lastFailure ? [{ key: 'failure', label: t('system.lastFailure'), children: instance.lastFailure }] : []),
              ]}
            />
          </div>
        )}
      </Loaded>
      <Rows label={t('system.idWorkers')} load={part(load, (data) => data.holders ?? [])} columns={columns} rowKey={(row) => String(row.machine)} />
    </>
  );
}

function Explain() {
  const { t } = useTexts();
  const [userId, setUserId] = useState('');
  return (
    <>
      <div className="filters">
        <label>
          {t('field.userId')}
          <Input.Search enterButton={t('action.search')} onSearch={(value) => setUserId(value.trim())} aria-label={t('field.userId')} />
        </label>
      </div>
      {userId && <DecodedId key={userId} ids={{ userId }} />}
    </>
  );
}

function Imports() {
  const { t } = useTexts();
  const column = useColumn();
  const load = useLoad('imports', () => get('/admin/v1/imports'), 10);
  const columns = [
    column<Import>('field.createdAt', (row) => <Time at={row.createdAt} />),
    column<Import>('field.name', (row) => row.name),
    column<Import>('field.createdBy', (row) => row.createdBy),
    column<Import>('field.status', (row) => <State kind="importState" value={row.state} />),
    column<Import>('system.imported', (row) => row.progress?.imported ?? 0, { align: 'right' }),
    column<Import>('system.rejected', (row) => row.progress?.rejected ?? 0, { align: 'right' }),
    column<Import>('system.progress', (row) => {
      const shards = row.progress?.shards ?? [];
      return <Progress size="small" style={{ width: 140 }} percent={shards.length ? Math.round((100 * shards.filter((shard) => shard.complete).length) / shards.length) : 0} aria-label={t('system.progress')} />;
    }),
    column<Import>('field.endedAt', (row) => <Time at={row.endedAt} />),
    column<Import>('field.actions', (row) =>
      row.endedAt && row.state === 'DONE' ? null : (
        <Act
          label={t('system.continue')}
          about={t('system.continueText')}
          needs="ACCOUNT_IMPORT"
          send={(_, key) => call('post', '/admin/v1/imports/{jobId}:continue', { ids: { jobId: row.jobId }, key })}
          done={load.reload}
        />
      ),
    ),
  ];
  return (
    <>
      <Buttons>
        <Reload load={load} />
      </Buttons>
      <p className="quiet">{t('system.importsText')}</p>
      <Rows label={t('system.imports')} load={part(load, (data) => data.imports ?? [])} columns={columns} rowKey={(row) => row.jobId ?? ''} expand={(row) => <Rejects jobId={row.jobId} />} />
    </>
  );
}

function Rejects({ jobId }: { jobId: string | undefined }) {
  const { t, named } = useTexts();
  const column = useColumn();
  const load = usePages<Reject>(jobId, async (after) => {
    const page = await get('/admin/v1/imports/{jobId}/rejects', { ids: { jobId }, query: { ...(after ? { after: Number(after) } : {}), limit: 50 } });
    return { rows: page.rejects ?? [], next: page.next === undefined ? undefined : String(page.next) };
  });
  const columns = [
    column<Reject>('system.line', (row) => row.line, { align: 'right' }),
    column<Reject>('problem.code', (row) => <span title={row.code}>{named('rejectCode', row.code)}</span>),
    column<Reject>('field.detail', (row) => <Said>{row.message}</Said>),
  ];
  return <Rows label={t('system.rejected')} load={load} columns={columns} rowKey={(row) => String(row.line)} />;
}
