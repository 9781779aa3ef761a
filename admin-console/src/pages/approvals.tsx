import { Select } from 'antd';
import { useState } from 'react';
import { type Answer, call, get } from '../api';
import { useTexts } from '../i18n';
import { usePages } from '../load';
import { useSession } from '../session';
import { Act, Buttons, Id, Page, Reload, Rows, Said, State, Time, useColumn, written } from '../ui';

type Approval = NonNullable<Answer<'/admin/v1/approvals'>['approvals']>[number];
const STATES = ['PENDING', 'APPROVED', 'EXECUTED', 'FAILED', 'REJECTED', 'EXPIRED'] as const;

/** What one person asked for and another has to agree to. */
export function ApprovalsPage() {
  const { t, named } = useTexts();
  const { me } = useSession();
  const column = useColumn();
  const summary = useSummary();
  const [state, setState] = useState<(typeof STATES)[number] | undefined>('PENDING');
  const load = usePages<Approval>(state ?? 'all', async (after) => {
    const page = await get('/admin/v1/approvals', { query: { ...(state ? { state } : {}), ...(after ? { after } : {}) } });
    return { rows: page.approvals ?? [], next: page.next };
  });
  const columns = [
    column<Approval>('field.createdAt', (row) => <Time at={row.createdAt} />),
    column<Approval>('approval.kind', (row) => named('approvalKind', row.kind)),
    column<Approval>('approval.summary', (row) => <span className="wrap">{summary(row)}</span>),
    column<Approval>('approval.maker', (row) => row.maker),
    column<Approval>('field.reason', (row) => <span className="wrap">{row.reason}</span>),
    column<Approval>('field.status', (row) => (
      <>
        <State kind="approvalState" value={row.state} /> {row.decidedBy}
      </>
    )),
    column<Approval>('field.actions', (row) =>
      row.maker === me.name ? (
        row.state === 'PENDING' ? <span className="quiet">{t('approval.own')}</span> : <Handed approval={row} />
      ) : row.state !== 'PENDING' ? null : (
        <Buttons>
          <Act
            label={t('approval.approve')}
            about={<Asked approval={row} />}
            danger
            needs="APPROVAL_DECIDE"
            reason
            send={({ reason }) => call('post', '/admin/v1/approvals/{approvalId}:approve', { ids: { approvalId: row.approvalId }, body: decision(row, reason) })}
            done={load.reload}
          />
          <Act
            label={t('approval.reject')}
            about={summary(row)}
            needs="APPROVAL_DECIDE"
            reason
            send={({ reason }) => call('post', '/admin/v1/approvals/{approvalId}:reject', { ids: { approvalId: row.approvalId }, body: decision(row, reason) })}
            done={load.reload}
          />
        </Buttons>
      ),
    ),
  ];
  return (
    <Page title={t('menu.approvals')} needs={['APPROVAL_READ']} extra={<Reload load={load} />}>
      <div className="filters">
        <label>
          {t('field.status')}
          <Select<(typeof STATES)[number]>
            allowClear
            value={state ?? null}
            aria-label={t('field.status')}
            options={STATES.map((value) => ({ value, label: named('approvalState', value) }))}
            onChange={(value?: (typeof STATES)[number]) => setState(value)}
          />
        </label>
      </div>
      <Rows label={t('menu.approvals')} load={load} columns={columns} rowKey={(row) => row.approvalId ?? ''} expand={(row) => <Asked approval={row} />} />
    </Page>
  );
}

type Wanted = { name?: string; userId?: string; scope?: string; target?: string; reasonCode?: string; until?: string; items?: unknown[] };

/** What is asked for, told from what would be carried out. */
function useSummary() {
  const { t, named } = useTexts();
  return ({ kind, payload, summary = '' }: Approval): string => {
    const wanted = JSON.parse(payload ?? '{}') as Wanted;
    switch (kind) {
      case 'BAN_BATCH':
        return t('approval.banBatch', {
          n: wanted.items?.length ?? 0,
          scope: `${named('scope', wanted.scope)} ${wanted.target ?? ''}`.trim(),
          until: wanted.until ? t('approval.until', { at: written(new Date(wanted.until)) }) : t('ban.forever'),
          reason: wanted.reasonCode ?? '',
        });
      case 'SUPER_ADMIN':
        return t('approval.superAdmin', { name: wanted.name ?? '' });
      case 'ACCOUNT_EXPORT':
        return t('approval.export', { userId: wanted.userId ?? '' });
      default:
        return summary;
    }
  };
}

/** Binds the decision to what was looked at. */
const decision = ({ payloadSha256 }: Approval, reason: string) => ({ reason, ...(payloadSha256 ? { payloadSha256 } : {}) });

/** What became of a request of one's own: personal data is handed out to who asked for it. */
function Handed({ approval }: { approval: Approval }) {
  const { t } = useTexts();
  const fetched = async () => {
    const data = await get('/admin/v1/approvals/{approvalId}/export', { ids: { approvalId: approval.approvalId } });
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([JSON.stringify(data, null, 1)], { type: 'application/json' }));
    link.download = `${approval.approvalId}.json`;
    link.click();
    URL.revokeObjectURL(link.href);
  };
  if (approval.kind !== 'ACCOUNT_EXPORT' || approval.state !== 'EXECUTED') return null;
  return <Act label={t('approval.download')} about={t('approval.downloadText')} needs="ACCOUNT_EXPORT" send={fetched} />;
}

/** Just what will be done; its digest binds the decision to it. */
function Asked({ approval }: { approval: Approval }) {
  const { t, named } = useTexts();
  const summary = useSummary();
  const failure = /^([A-Z_]+): /.exec(approval.result ?? '')?.[1]; // a code, then the words of the service
  return (
    <>
      <p>
        {summary(approval)} ({t('field.expiresAt')} <Time at={approval.expiresAt} />)
      </p>
      <pre className="json">{approval.payload}</pre>
      {approval.decisionReason && (
        <p>
          {approval.decidedBy}: {approval.decisionReason}
        </p>
      )}
      {failure && <p>{named('problem', failure)}</p>}
      {approval.result && <Said>{approval.result}</Said>}
      <p className="quiet">
        {t('approval.digest')} <Id>{approval.payloadSha256}</Id>
      </p>
    </>
  );
}
