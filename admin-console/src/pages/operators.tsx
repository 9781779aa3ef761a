import { Alert, Button, Descriptions, Form, Input, Select, Switch, Table, Tabs, Tag } from 'antd';
import { useState } from 'react';
import { type Answer, call, get, Problem } from '../api';
import { useTexts } from '../i18n';
import { useLoad, usePages } from '../load';
import { Link, navigate } from '../router';
import { useSession } from '../session';
import { Act, Buttons, Id, Loaded, Page, part, ProblemView, Rows, State, Text, Time, useColumn } from '../ui';

type Operator = NonNullable<Answer<'/admin/v1/operators'>['operators']>[number];
type Effective = Answer<'/admin/v1/operators/{operatorId}/effective'>;
type Right = NonNullable<Effective['rights']>[number];
type Cell = NonNullable<Right['cells']>[number];
type OperatorSession = NonNullable<Answer<'/admin/v1/operators/{operatorId}/sessions'>['sessions']>[number];

export function OperatorsPage() {
  const { t } = useTexts();
  const column = useColumn();
  const load = usePages<Operator>('operators', async (after) => {
    const page = await get('/admin/v1/operators', { query: { ...(after ? { after } : {}), limit: 50 } });
    return { rows: page.operators ?? [], next: page.next };
  });
  const columns = [
    column<Operator>('field.operator', (row) => <Link to={`/operators/${row.operatorId}`}>{row.name}</Link>),
    column<Operator>('field.displayName', (row) => row.displayName || '–'),
    column<Operator>('field.status', (row) => <State kind="status" value={row.status} />),
    column<Operator>('operator.superAdmin', (row) => (row.superAdmin ? <Tag color="gold">{t('answer.yes')}</Tag> : t('answer.no'))),
    column<Operator>('operator.totp', (row) => <SecondFactor enabled={row.totpEnabled} />),
    column<Operator>('menu.groups', (row) => (row.groups ?? []).map((group) => <Tag key={group.groupId}>{group.name}</Tag>)),
    column<Operator>('field.lastLoginAt', (row) => <Time at={row.lastLoginAt} />),
  ];
  return (
    <Page title={t('menu.operators')} needs={['OPERATOR_READ']} extra={<NewOperator done={load.reload} />}>
      <Rows label={t('menu.operators')} load={load} columns={columns} rowKey={(row) => row.operatorId ?? ''} />
    </Page>
  );
}

/** Who has none stands out. */
function SecondFactor({ enabled = false }: { enabled: boolean | undefined }) {
  const { t } = useTexts();
  return <Tag color={enabled ? 'green' : 'gold'}>{t(enabled ? 'operator.totpOn' : 'operator.totpOff')}</Tag>;
}

/** Super admins make super admins, and say why to the other one who has to agree. */
function SuperAdmin({ now = false }: { now?: boolean }) {
  const { t } = useTexts();
  const wanted = Form.useWatch<boolean | undefined>('superAdmin');
  return (
    <>
      <Form.Item name="superAdmin" label={t('operator.superAdmin')} valuePropName="checked" extra={t('operator.superText')}>
        <Switch />
      </Form.Item>
      {wanted && !now && <Text name="reason" label={t('field.reason')} required max={255} area />}
    </>
  );
}

function NewOperator({ done }: { done: () => void }) {
  const { t } = useTexts();
  const { me } = useSession();
  return (
    <Act<{ name: string; displayName?: string; password: string; superAdmin?: boolean }>
      label={t('operator.new')}
      type="primary"
      needs="OPERATOR_WRITE"
      fields={
        <>
          <Text name="name" label={t('login.name')} required max={64} />
          <Text name="displayName" label={t('field.displayName')} max={64} />
          <Form.Item name="password" label={t('login.password')} rules={[{ required: true, message: t('field.missing') }]}>
            <Input.Password autoComplete="new-password" />
          </Form.Item>
          {me.superAdmin && <SuperAdmin />}
        </>
      }
      send={({ name, displayName, password, superAdmin, reason }, key) =>
        call('post', '/admin/v1/operators', { body: { name, password, ...(displayName ? { displayName } : {}), ...(superAdmin ? { superAdmin, reason } : {}) }, key })
      }
      done={done}
    />
  );
}

export function OperatorPage({ ids: { operatorId } }: { ids: Record<string, string> }) {
  const { t } = useTexts();
  const { me } = useSession();
  const ids = { operatorId };
  const load = useLoad(operatorId, () => get('/admin/v1/operators/{operatorId}', { ids }));
  const [secret, setSecret] = useState<string>();
  const operator = load.data;
  return (
    <Page
      title={t('operator.title', { name: operator?.name ?? operatorId ?? '' })}
      needs={['OPERATOR_READ']}
      extra={
        operator && (
          <Buttons>
            <Act<{ displayName?: string; status?: string; superAdmin?: boolean }>
              label={t('action.edit')}
              needs="OPERATOR_WRITE"
              initial={{ displayName: operator.displayName ?? '', status: operator.status ?? 'ACTIVE', superAdmin: operator.superAdmin ?? false }}
              fields={
                <>
                  <Text name="displayName" label={t('field.displayName')} max={64} />
                  <Form.Item name="status" label={t('field.status')}>
                    <Select
                      options={['ACTIVE', 'DISABLED'].map((value) => ({ value, label: t(`status.${value as 'ACTIVE' | 'DISABLED'}`) }))}
                    />
                  </Form.Item>
                  {me.superAdmin && <SuperAdmin now={operator.superAdmin ?? false} />}
                </>
              }
              send={({ displayName = '', status = 'ACTIVE', superAdmin = operator.superAdmin, reason }) =>
                call('patch', '/admin/v1/operators/{operatorId}', {
                  ids,
                  // Only a change of it needs another person.
                  body: { displayName, status, ...(superAdmin === operator.superAdmin ? {} : { superAdmin, reason }) },
                })
              }
              done={load.reload}
            />
            <Act
              label={t('action.resetPassword')}
              danger
              needs="OPERATOR_WRITE"
              reason
              send={async ({ reason }) => {
                const answer = await call('post', '/admin/v1/operators/{operatorId}:resetPassword', { ids, body: { reason } });
                setSecret(answer.temporaryPassword);
              }}
            />
            <Act
              label={t('operator.resetTotp')}
              danger
              needs="OPERATOR_WRITE"
              reason
              send={({ reason }, key) => call('post', '/admin/v1/operators/{operatorId}:resetTotp', { ids, body: { reason }, key })}
              done={load.reload}
            />
            <Act
              label={t('action.delete')}
              about={t('operator.deleteText')}
              danger
              needs="OPERATOR_WRITE"
              send={() => call('delete', '/admin/v1/operators/{operatorId}', { ids })}
              done={() => navigate('/operators')}
            />
          </Buttons>
        )
      }
    >
      {secret && <Alert className="stale" type="success" showIcon title={t('player.temporaryPassword')} description={<Id>{secret}</Id>} />}
      <Loaded load={load}>
        {(row) => (
          <div className="panel">
            <Descriptions
              size="small"
              column={{ xs: 1, md: 3 }}
              items={[
                { key: 'name', label: t('login.name'), children: row.name },
                { key: 'displayName', label: t('field.displayName'), children: row.displayName || '–' },
                { key: 'status', label: t('field.status'), children: <State kind="status" value={row.status} /> },
                { key: 'super', label: t('operator.superAdmin'), children: t(row.superAdmin ? 'answer.yes' : 'answer.no') },
                { key: 'totp', label: t('operator.totp'), children: <SecondFactor enabled={row.totpEnabled} /> },
                { key: 'last', label: t('field.lastLoginAt'), children: <Time at={row.lastLoginAt} /> },
                { key: 'groups', label: t('menu.groups'), children: row.groups?.length ? row.groups.map((group) => <Link key={group.groupId} to={`/groups/${group.groupId}`}>{group.name} </Link>) : '–' },
              ]}
            />
          </div>
        )}
      </Loaded>
      <Tabs
        destroyOnHidden
        items={[
          { key: 'rights', label: t('operator.rights'), children: <Rights ids={ids} /> },
          { key: 'why', label: t('operator.why'), children: <Why ids={ids} /> },
          { key: 'sessions', label: t('player.sessions'), children: <Sessions ids={ids} /> },
        ]}
      />
    </Page>
  );
}

function useWide() {
  const { t } = useTexts();
  return (extent: unknown) => {
    const values = extent as 'ALL' | string[] | undefined; // the document leaves it open
    if (values === undefined) return '–';
    return values === 'ALL' ? t('scope.all') : values.join(', ');
  };
}

function Rights({ ids }: { ids: { operatorId: string | undefined } }) {
  const { t, named } = useTexts();
  const column = useColumn();
  const wide = useWide();
  const load = useLoad(ids.operatorId, () => get('/admin/v1/operators/{operatorId}/effective', { ids }));
  const cells = (rights: Right[]) => rights.flatMap((right) => (right.cells ?? []).map((cell) => ({ ...cell, permission: right.permission })));
  type Row = Cell & { permission?: string | undefined };
  const columns = [
    column<Row>('operator.permission', (row) => <span title={row.permission}>{named('permission', row.permission)}</span>),
    column<Row>('scope.servers', (row) => wide(row.servers)),
    column<Row>('scope.channels', (row) => wide(row.channels)),
    column<Row>('operator.through', (row) => (row.groupId ? <Link to={`/groups/${row.groupId}`}>{row.groupName}</Link> : '–')),
  ];
  return (
    <Loaded load={load}>
      {(data) =>
        data.superAdmin ? (
          <Alert type="warning" showIcon title={t('operator.superText')} />
        ) : (
          <Rows label={t('operator.rights')} load={part(load, () => cells(data.rights ?? []))} columns={columns} rowKey={(row) => `${row.permission} ${row.grantId}`} empty={<p>{t('operator.noRights')}</p>} />
        )
      }
    </Loaded>
  );
}

type Question = { permission: NonNullable<Right['permission']>; serverId?: string; channel?: string };

/** Why somebody may do something, or why not. */
function Why({ ids }: { ids: { operatorId: string | undefined } }) {
  const { t, named } = useTexts();
  const permissions = useLoad('permissions', () => get('/admin/v1/permissions'));
  const [answer, setAnswer] = useState<Answer<'/admin/v1/operators/{operatorId}:explain'>>();
  const [problem, setProblem] = useState<Problem>();
  const explain = async (query: Question) => {
    setProblem(undefined);
    try {
      setAnswer(await get('/admin/v1/operators/{operatorId}:explain', { ids, query }));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      setProblem(error);
    }
  };
  return (
    <Loaded load={permissions}>
      {(data) => (
        <div className="panel">
          <Form<Question> layout="vertical" onFinish={(values) => void explain(values)} className="filters" requiredMark={false}>
            <Form.Item name="permission" label={t('operator.permission')} rules={[{ required: true, message: t('field.missing') }]}>
              <Select showSearch style={{ minWidth: 260 }} options={(data.permissions ?? []).map(({ permission = '' }) => ({ value: permission, label: `${named('permission', permission)} (${permission})` }))} />
            </Form.Item>
            <Text name="serverId" label={t('field.serverId')} max={32} />
            <Text name="channel" label={t('field.channel')} max={32} />
            <Form.Item>
              <Button htmlType="submit">{t('operator.ask')}</Button>
            </Form.Item>
          </Form>
          {problem && <ProblemView problem={problem} />}
          {answer && (
            <Alert
              role="status"
              type={answer.allowed ? 'success' : 'warning'}
              showIcon
              title={t(answer.allowed ? 'operator.allowed' : 'operator.notAllowed')}
              description={<Because answer={answer} />}
            />
          )}
        </div>
      )}
    </Loaded>
  );
}

/** The grants that hold; if none does, what each of them lacks. */
function Because({ answer }: { answer: Answer<'/admin/v1/operators/{operatorId}:explain'> }) {
  const { t } = useTexts();
  if (answer.superAdmin) return <>{t('operator.becauseSuper')}</>;
  const grants = (answer.grants ?? []).filter((grant) => !answer.allowed || (grant.servers && grant.channels));
  if (grants.length === 0) return <>{t('operator.becauseNone')}</>;
  const why = ({ servers, channels }: (typeof grants)[number]) =>
    servers && channels ? 'operator.becauseHolds' : servers ? 'operator.becauseChannels' : channels ? 'operator.becauseServers' : 'operator.becauseNeither';
  return (
    <ul>
      {grants.map((grant) => (
        <li key={grant.grantId}>
          <Link to={`/groups/${grant.groupId}`}>{grant.groupName}</Link> · {t(why(grant), { grant: grant.grantId ?? '' })}
        </li>
      ))}
    </ul>
  );
}

function Sessions({ ids }: { ids: { operatorId: string | undefined } }) {
  const load = useLoad(ids.operatorId, () => get('/admin/v1/operators/{operatorId}/sessions', { ids }));
  return (
    <OperatorSessions
      load={load}
      needs="OPERATOR_WRITE"
      end={(sessionId) => call('delete', '/admin/v1/operators/{operatorId}/sessions/{sessionId}', { ids: { ...ids, sessionId } })}
    />
  );
}

/** Logins of an operator, his own or another's. */
export function OperatorSessions({ load, needs, end }: { load: ReturnType<typeof useLoad<{ sessions?: OperatorSession[] }>>; needs?: string; end: (sessionId: string | undefined) => Promise<unknown> }) {
  const { t } = useTexts();
  const { may } = useSession();
  const column = useColumn();
  const columns = [
    column<OperatorSession>('field.createdAt', (row) => <Time at={row.createdAt} />),
    column<OperatorSession>('field.ip', (row) => row.ip),
    column<OperatorSession>('field.lastUsedAt', (row) => <Time at={row.lastUsedAt} />),
    column<OperatorSession>('field.expiresAt', (row) => <Time at={row.expiresAt} />),
    column<OperatorSession>('field.actions', (row) =>
      row.current ? (
        <Tag color="blue">{t('account.thisSession')}</Tag>
      ) : (
        may(needs) && <Act label={t('account.endSession')} about={t('account.endSessionText')} send={() => end(row.sessionId)} done={load.reload} />
      ),
    ),
  ];
  return (
    <Loaded load={load}>
      {(data) => <Table<OperatorSession> size="small" aria-label={t('player.sessions')} columns={columns} dataSource={data.sessions ?? []} rowKey={(row) => row.sessionId ?? ''} pagination={false} />}
    </Loaded>
  );
}
