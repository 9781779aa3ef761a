import { Alert, Checkbox, Descriptions, Form, Tabs, Typography } from 'antd';
import { useState } from 'react';
import { type Answer, call, get } from '../api';
import { type Key, useTexts } from '../i18n';
import { useLoad, usePages } from '../load';
import { BanFields, type BanForm, bannedUntil } from './banform';
import { navigate, useLocation } from '../router';
import { useSession } from '../session';
import { Act, Buttons, Id, Loaded, Page, part, Reload, Rows, State, Text, Time, useColumn } from '../ui';
import { AuditOf } from './audit';
import type { Account } from './players';

type Ids = { userId: string };

/** All about one player. The shard is in the id, so each tab asks one shard. */
export function PlayerPage({ ids: { userId = '' } }: { ids: Record<string, string> }) {
  const { t } = useTexts();
  const { may } = useSession();
  const { query } = useLocation();
  const ids = { userId };
  const load = useLoad(userId, () => get('/admin/v1/accounts/{userId}', { ids }));
  const tabs: { key: string; label: Key; needs: string; children: React.ReactNode }[] = [
    { key: 'profile', label: 'player.profile', needs: 'ACCOUNT_READ', children: <Profile load={load} ids={ids} /> },
    { key: 'roles', label: 'player.roles', needs: 'ROLE_READ', children: <Roles ids={ids} /> },
    { key: 'sessions', label: 'player.sessions', needs: 'ACCOUNT_READ', children: <Sessions ids={ids} /> },
    { key: 'bans', label: 'player.bans', needs: 'BAN_READ', children: <Bans ids={ids} /> },
    { key: 'identities', label: 'player.identities', needs: 'ACCOUNT_READ', children: <Identities ids={ids} /> },
    { key: 'notes', label: 'player.notes', needs: 'ACCOUNT_READ', children: <Notes ids={ids} /> },
    { key: 'audit', label: 'player.audit', needs: 'AUDIT_READ', children: <AuditOf userId={userId} /> },
    { key: 'id', label: 'player.id', needs: 'SYSTEM_READ', children: <DecodedId ids={ids} /> },
  ];
  return (
    <Page
      title={load.data?.username ? t('player.title', { name: load.data.username }) : t('player.title', { name: userId })}
      needs={['ACCOUNT_READ']}
      extra={load.data && <Actions account={load.data} ids={ids} done={load.reload} />}
    >
      {load.data?.activeBan && (
        <Alert
          className="stale"
          type="error"
          showIcon
          title={
            <>
              {t('player.banned', { reason: load.data.activeBan.reasonCode ?? '' })} · {t('field.until')}: {load.data.activeBan.until ? <Time at={load.data.activeBan.until} /> : t('ban.forever')} · {load.data.activeBan.createdBy}
            </>
          }
        />
      )}
      <Tabs
        activeKey={query.get('tab') ?? 'profile'}
        onChange={(key) => navigate(`/players/${userId}?tab=${key}`)}
        destroyOnHidden
        items={tabs.filter(({ needs }) => may(needs)).map(({ key, label, children }) => ({ key, label: t(label), children }))}
      />
    </Page>
  );
}

function Actions({ account, ids, done }: { account: Account; ids: Ids; done: () => void }) {
  const { t } = useTexts();
  const [secret, setSecret] = useState<string>();
  const leaving = account.status === 'PENDING_DELETION';
  return (
    <Buttons>
      <Act<BanForm>
        label={t('action.ban')}
        danger
        needs="BAN_WRITE"
        initial={{ scope: 'ACCOUNT' }}
        fields={<BanFields />}
        send={({ until, ...ban }, key) => call('post', '/admin/v1/bans', { body: { ...ban, ...bannedUntil(until), userId: ids.userId }, key })}
        done={done}
      />
      <Act
        label={t('action.kick')}
        about={t('player.kickText')}
        needs="ACCOUNT_KICK"
        reason
        send={({ reason }, key) => call('post', '/admin/v1/accounts/{userId}:forceLogout', { ids, body: { reason }, key })}
        done={done}
      />
      <Act
        label={t('action.resetPassword')}
        about={t('player.resetText')}
        danger
        needs="ACCOUNT_RESET_PASSWORD"
        reason
        send={async ({ reason }) => {
          const answer = await call('post', '/admin/v1/accounts/{userId}:resetPassword', { ids, body: { reason } });
          setSecret(answer.temporaryPassword);
        }}
        done={done}
      />
      <Act
        label={t('action.unlock')}
        about={t('player.unlockText')}
        needs="ACCOUNT_UNLOCK"
        reason
        send={({ reason }, key) => call('post', '/admin/v1/accounts/{userId}:unlock', { ids, body: { reason }, key })}
        done={done}
      />
      <Act<{ username?: string; displayName?: string }>
        label={t('action.rename')}
        needs="ACCOUNT_RENAME"
        reason
        fields={
          <>
            <Text name="username" label={t('field.username')} help={t('player.renameText')} max={32} />
            <Text name="displayName" label={t('field.displayName')} max={64} />
          </>
        }
        send={({ username, displayName, reason }, key) =>
          call('post', '/admin/v1/accounts/{userId}:rename', { ids, body: { ...(username ? { username } : {}), ...(displayName ? { displayName } : {}), reason }, key })
        }
        done={done}
      />
      <Act
        label={t('action.export')}
        about={t('player.exportText')}
        needs="ACCOUNT_EXPORT"
        reason
        send={({ reason }, key) => call('post', '/admin/v1/accounts/{userId}:export', { ids, body: { reason }, key })}
        done={done}
      />
      {leaving ? (
        <Act
          label={t('action.restore')}
          needs="ACCOUNT_DELETE"
          reason
          send={({ reason }) => call('post', '/admin/v1/accounts/{userId}:restore', { ids, body: { reason } })}
          done={done}
        />
      ) : (
        <Act
          label={t('action.delete')}
          about={t('player.deleteText')}
          danger
          needs="ACCOUNT_DELETE"
          reason
          send={({ reason }) => call('post', '/admin/v1/accounts/{userId}:delete', { ids, body: { reason } })}
          done={done}
        />
      )}
      {secret && <Alert type="success" showIcon closable={{ onClose: () => setSecret(undefined) }} title={t('player.temporaryPassword')} description={<Id>{secret}</Id>} />}
    </Buttons>
  );
}

const REVEALED = ['registerIp', 'registerDevice', 'lastLoginIp', 'email', 'phone', 'identities', 'sessions'] as const;

function Profile({ load, ids }: { load: ReturnType<typeof useLoad<Account>>; ids: Ids }) {
  const { t, named } = useTexts();
  const [revealed, setRevealed] = useState<Record<string, unknown>>();
  return (
    <Loaded load={load}>
      {(account) => (
        <>
          <div className="panel">
            <Descriptions
              size="small"
              column={{ xs: 1, md: 2, xl: 3 }}
              items={[
                { key: 'userId', label: t('field.userId'), children: <Id>{account.userId}</Id> },
                { key: 'username', label: t('field.username'), children: <Id>{account.username}</Id> },
                { key: 'displayName', label: t('field.displayName'), children: account.displayName ?? '–' },
                { key: 'nickname', label: t('field.nickname'), children: account.nickname ?? '–' },
                { key: 'status', label: t('field.status'), children: <State kind="status" value={account.status} /> },
                { key: 'channel', label: t('field.channel'), children: account.channel || '–' },
                { key: 'shard', label: t('field.shard'), children: account.shard },
                { key: 'registeredAt', label: t('field.registeredAt'), children: <Time at={account.registeredAt} /> },
                { key: 'lastLoginAt', label: t('field.lastLoginAt'), children: <Time at={account.lastLoginAt} /> },
                ...(account.eraseAfter ? [{ key: 'eraseAfter', label: t('field.eraseAfter'), children: <Time at={account.eraseAfter} /> }] : []),
              ]}
            />
          </div>
          <div className="panel">
            <div className="page-head">
              <h2>{t('player.personal')}</h2>
              <Act<{ fields: (typeof REVEALED)[number][] }>
                label={t('action.reveal')}
                about={t('player.revealText')}
                needs="ACCOUNT_REVEAL"
                reason
                initial={{ fields: [...REVEALED] }}
                fields={
                  <Form.Item name="fields" label={t('player.fields')} rules={[{ required: true, message: t('field.missing') }]}>
                    <Checkbox.Group options={REVEALED.map((value) => ({ value, label: named('field', value) }))} />
                  </Form.Item>
                }
                send={async ({ fields, reason }) => setRevealed(await call('post', '/admin/v1/accounts/{userId}:reveal', { ids, body: { fields, reason } }))}
              />
            </div>
            {revealed ? <Revealed data={revealed} /> : <p className="quiet">{t('player.masked')}</p>}
          </div>
        </>
      )}
    </Loaded>
  );
}

/** Personal data, until the page is left. */
function Revealed({ data }: { data: Record<string, unknown> }) {
  const { named } = useTexts();
  const shown = (value: unknown) => (typeof value === 'object' && value !== null ? <pre className="json">{JSON.stringify(value, null, 1)}</pre> : String(value));
  return <Descriptions size="small" column={1} items={Object.entries(data).map(([key, value]) => ({ key, label: named('field', key), children: shown(value) }))} />;
}

type Role = NonNullable<Answer<'/admin/v1/accounts/{userId}/roles'>['roles']>[number];

function Roles({ ids }: { ids: Ids }) {
  const { t } = useTexts();
  const column = useColumn();
  const load = useLoad(ids.userId, () => get('/admin/v1/accounts/{userId}/roles', { ids }));
  const columns = [
    column<Role>('field.serverId', (row) => row.serverId),
    column<Role>('field.characterName', (row) => row.name),
    column<Role>('field.roleId', (row) => <Id>{row.roleId}</Id>),
    column<Role>('field.channel', (row) => row.channel || '–'),
    column<Role>('field.level', (row) => row.level, { align: 'right' }),
    column<Role>('field.job', (row) => row.job),
    column<Role>('field.power', (row) => row.power, { align: 'right' }),
    column<Role>('field.status', (row) => <State kind="status" value={row.state} />),
    column<Role>('field.revision', (row) => `${row.serverEpoch}/${row.revision}`, { align: 'right' }),
    column<Role>('field.createdAt', (row) => <Time at={row.createdAt} />),
    column<Role>('field.lastLoginAt', (row) => <Time at={row.lastLoginAt} />),
  ];
  return <Rows label={t('player.roles')} load={part(load, (data) => data.roles ?? [])} columns={columns} rowKey={(row) => `${row.serverId} ${row.roleId}`} />;
}

type PlayerSession = NonNullable<Answer<'/admin/v1/accounts/{userId}/sessions'>['sessions']>[number];

function Sessions({ ids }: { ids: Ids }) {
  const { t, named } = useTexts();
  const column = useColumn();
  const load = useLoad(ids.userId, () => get('/admin/v1/accounts/{userId}/sessions', { ids }));
  const columns = [
    column<PlayerSession>('field.sessionId', (row) => <span className="mono">{row.sessionId}</span>),
    column<PlayerSession>('field.channel', (row) => row.channel || '–'),
    column<PlayerSession>('field.deviceId', (row) => [row.deviceClass, row.deviceId].filter(Boolean).join(' · ') || '–'),
    column<PlayerSession>('field.ip', (row) => row.createdIp),
    column<PlayerSession>('field.createdAt', (row) => <Time at={row.createdAt} />),
    column<PlayerSession>('field.lastUsedAt', (row) => <Time at={row.lastUsedAt} />),
    column<PlayerSession>('field.status', (row) =>
      row.endedAt ? (
        <>
          {named('endReason', row.endReason)} <Time at={row.endedAt} />
        </>
      ) : (
        <>
          <State kind="status" value="ACTIVE" /> {t('field.expiresAt')} <Time at={row.expiresAt} />
        </>
      ),
    ),
  ];
  return (
    <>
      <Buttons>
        <Act
          label={t('player.endSessions')}
          about={t('player.kickText')}
          danger
          needs="ACCOUNT_KICK"
          reason
          send={({ reason }, key) => call('post', '/admin/v1/accounts/{userId}:forceLogout', { ids, body: { reason }, key })}
          done={load.reload}
        />
        <Reload load={load} />
      </Buttons>
      <Rows label={t('player.sessions')} load={part(load, (data) => data.sessions ?? [])} columns={columns} rowKey={(row) => row.sessionId ?? ''} />
    </>
  );
}

export type Ban = NonNullable<Answer<'/admin/v1/accounts/{userId}/bans'>['bans']>[number];

export function useBanColumns(reload: () => void) {
  const { t, named } = useTexts();
  const column = useColumn();
  return [
    column<Ban>('field.scope', (row) => `${named('scope', row.scope)} ${row.target ?? ''}`),
    column<Ban>('field.reasonCode', (row) => row.reasonCode),
    column<Ban>('field.message', (row) => row.message || '–'),
    column<Ban>('field.from', (row) => <Time at={row.from} />),
    column<Ban>('field.until', (row) => (row.until ? <Time at={row.until} /> : t('ban.forever'))),
    column<Ban>('field.createdBy', (row) => row.createdBy),
    column<Ban>('field.liftedAt', (row) => (row.liftedAt ? <><Time at={row.liftedAt} /> {row.liftedBy}</> : '–')),
    column<Ban>('field.actions', (row) =>
      row.liftedAt || !row.banId ? null : (
        <Act
          label={t('action.lift')}
          about={t('ban.liftText', { reason: row.reasonCode ?? '' })}
          needs="BAN_WRITE"
          send={(_, key) => call('post', '/admin/v1/bans/{banId}:lift', { ids: { banId: row.banId }, key })}
          done={reload}
        />
      ),
    ),
  ];
}

function Bans({ ids }: { ids: Ids }) {
  const { t } = useTexts();
  const load = useLoad(ids.userId, () => get('/admin/v1/accounts/{userId}/bans', { ids }));
  const columns = useBanColumns(load.reload);
  return <Rows label={t('player.bans')} load={part(load, (data) => data.bans ?? [])} columns={columns} rowKey={(row) => row.banId ?? ''} />;
}

type Identity = NonNullable<Answer<'/admin/v1/accounts/{userId}/identities'>['identities']>[number];

function Identities({ ids }: { ids: Ids }) {
  const { t } = useTexts();
  const column = useColumn();
  const load = useLoad(ids.userId, () => get('/admin/v1/accounts/{userId}/identities', { ids }));
  const columns = [
    column<Identity>('field.provider', (row) => row.provider),
    column<Identity>('field.subject', (row) => <span className="mono">{row.subject}</span>),
    column<Identity>('field.linkedAt', (row) => <Time at={row.linkedAt} />),
  ];
  return <Rows label={t('player.identities')} load={part(load, (data) => data.identities ?? [])} columns={columns} rowKey={(row) => `${row.provider} ${row.subject}`} />;
}

type Note = NonNullable<Answer<'/admin/v1/accounts/{userId}/notes'>['notes']>[number];

function Notes({ ids }: { ids: Ids }) {
  const { t } = useTexts();
  const column = useColumn();
  const load = usePages<Note>(ids.userId, async (after) => {
    const page = await get('/admin/v1/accounts/{userId}/notes', { ids, query: after ? { after } : {} });
    return { rows: page.notes ?? [], next: page.next };
  });
  const columns = [
    column<Note>('field.at', (row) => <Time at={row.at} />),
    column<Note>('field.operator', (row) => row.operator),
    column<Note>('field.text', (row) => <Typography.Text style={{ whiteSpace: 'pre-wrap' }}>{row.text}</Typography.Text>),
  ];
  return (
    <>
      <Buttons>
        <Act<{ text: string }>
          label={t('action.addNote')}
          needs="ACCOUNT_NOTE"
          fields={<Text name="text" label={t('field.text')} required max={2000} area />}
          send={({ text }, key) => call('post', '/admin/v1/accounts/{userId}/notes', { ids, body: { text }, key })}
          done={load.reload}
        />
      </Buttons>
      <Rows label={t('player.notes')} load={load} columns={columns} rowKey={(row) => row.noteId ?? ''} />
    </>
  );
}

export function DecodedId({ ids }: { ids: Ids }) {
  const { t, named } = useTexts();
  const load = useLoad(ids.userId, () => get('/admin/v1/ids/{userId}', { ids }));
  return (
    <Loaded load={load}>
      {(id) => (
        <div className="panel">
          <div className="bits">
            <div>
              <b>{t('id.issuedAt')}</b>
              <Time at={id.issuedAt} />
            </div>
            <div>
              <b>{t('id.machine')}</b>
              {id.machine} · {named('machine', id.machineNow?.state)} <span className="quiet">{id.machineNow?.process}</span>
            </div>
            <div>
              <b>{t('id.sequence')}</b>
              {id.sequence}
            </div>
            <div>
              <b>{t('id.gene')}</b>
              {id.gene}
            </div>
            <div>
              <b>{t('field.shard')}</b>
              {id.shard}
            </div>
          </div>
          <p className="quiet">{t('id.text')}</p>
        </div>
      )}
    </Loaded>
  );
}
