import { Alert, Button, DatePicker, Input } from 'antd';
import { useState } from 'react';
import { type Answer, get, Problem } from '../api';
import { useTexts } from '../i18n';
import { type Load, useLoad, usePages } from '../load';
import { useSession } from '../session';
import { Id, Page, part, Player, ProblemView, Rows, State, Time, useColumn } from '../ui';

type Entry = NonNullable<Answer<'/admin/v1/audit'>['entries']>[number];
type Filter = { operator?: string; action?: string; targetUserId?: string; outcome?: string; from?: string; to?: string };

/** Who did what, was refused what, and whether the record is whole. */
export function AuditPage() {
  const { t } = useTexts();
  const [filter, setFilter] = useState<Filter>({});
  const field = (name: 'operator' | 'action' | 'targetUserId' | 'outcome', label: string) => (
    <label>
      {label}
      <Input.Search
        allowClear
        aria-label={label}
        onSearch={(value) => setFilter(({ [name]: _, ...rest }) => (value.trim() ? { ...rest, [name]: value.trim() } : rest))}
      />
    </label>
  );
  return (
    <Page title={t('menu.audit')} needs={['AUDIT_READ']} extra={<Verify />}>
      <div className="filters">
        {field('operator', t('field.operator'))}
        {field('action', t('audit.action'))}
        {field('targetUserId', t('field.userId'))}
        {field('outcome', t('audit.outcome'))}
        <label>
          {t('audit.between')}
          <DatePicker.RangePicker
            showTime
            allowEmpty
            onChange={(range) =>
              setFilter(({ from: _, to: __, ...rest }) => ({
                ...rest,
                ...(range?.[0] ? { from: range[0].toISOString() } : {}),
                ...(range?.[1] ? { to: range[1].toISOString() } : {}),
              }))
            }
          />
        </label>
      </div>
      <AuditSearch filter={filter} />
    </Page>
  );
}

function AuditSearch({ filter }: { filter: Filter }) {
  const load = usePages<Entry>(JSON.stringify(filter), async (after) => {
    const page = await get('/admin/v1/audit', {
      query: {
        ...filter,
        // A 64-bit number, which a number of the page would not hold.
        ...(after ? { after: after as unknown as number } : {}),
        limit: 50,
      },
    });
    return { rows: page.entries ?? [], next: page.next };
  });
  return <AuditRows load={load} />;
}

/** What was done to one player; seen by who may see the player, and not the rest. */
export function AuditOf({ userId }: { userId: string }) {
  const load = useLoad(userId, () => get('/admin/v1/accounts/{userId}/audit', { ids: { userId } }));
  return <AuditRows load={part(load, (data): Entry[] => data.entries ?? [])} />;
}

function AuditRows({ load }: { load: Load<Entry[]> }) {
  const { t, named } = useTexts();
  const column = useColumn();
  const columns = [
    column<Entry>('field.at', (row) => <Time at={row.at} />),
    column<Entry>('field.operator', (row) => row.operator),
    column<Entry>('audit.action', (row) => <span className="word" title={row.action}>{named('audited', row.action)}</span>),
    column<Entry>('field.userId', (row) => <Player userId={row.targetUserId} />),
    column<Entry>('field.detail', (row) => <span className="wrap">{row.detail}</span>),
    column<Entry>('audit.outcome', (row) => <State kind="outcome" value={row.outcome} />),
    column<Entry>('field.ip', (row) => (
      <>
        {row.ip}
        <div title={t('problem.traceId')}>
          <Id short>{row.traceId}</Id>
        </div>
      </>
    )),
  ];
  return <Rows label={t('menu.audit')} load={load} columns={columns} rowKey={(row) => row.auditId ?? ''} />;
}

function Verify() {
  const { t } = useTexts();
  const { may } = useSession();
  const [busy, setBusy] = useState(false);
  const [verdict, setVerdict] = useState<Answer<'/admin/v1/audit:verify'>>();
  const [problem, setProblem] = useState<Problem>();
  if (!may('AUDIT_VERIFY')) return null;
  const verify = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      setVerdict(await get('/admin/v1/audit:verify'));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      setProblem(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      {problem && <ProblemView problem={problem} />}
      {verdict && (
        <Alert
          role="status"
          type={verdict.firstBad ? 'error' : 'success'}
          showIcon
          title={t(verdict.firstBad ? 'audit.bad' : 'audit.whole', { n: verdict.verified ?? 0, ms: verdict.elapsedMs ?? 0, bad: JSON.stringify(verdict.firstBad ?? '') })}
        />
      )}
      <Button size="small" loading={busy} onClick={() => void verify()}>
        {t('audit.verify')}
      </Button>
    </>
  );
}
