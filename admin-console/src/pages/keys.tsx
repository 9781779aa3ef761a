import { Alert, Button, Form, Select, Tabs } from 'antd';
import { useState } from 'react';
import { type Answer, call, get } from '../api';
import { useTexts } from '../i18n';
import { useLoad, usePages } from '../load';
import { useSession } from '../session';
import { Act, Buttons, Id, Page, part, Rows, State, Text, Time, useColumn } from '../ui';

type SigningKey = NonNullable<Answer<'/admin/v1/keys'>['keys']>[number];
type TicketKey = NonNullable<Answer<'/admin/v1/servers/{serverId}/ticket-keys'>['keys']>[number];
type ServerWithKeys = NonNullable<Answer<'/admin/v1/ticket-keys'>['servers']>[number];
type Credential = NonNullable<Answer<'/admin/v1/service-credentials'>['credentials']>[number];

/** What signs, what game servers show, and what becomes of it when it leaks. */
export function KeysPage() {
  const { t } = useTexts();
  const { may } = useSession();
  return (
    <Page title={t('menu.keys')} needs={['KEY_READ', 'CREDENTIAL_READ']}>
      <Tabs
        destroyOnHidden
        items={[
          ...(may('KEY_READ')
            ? [
                { key: 'signing', label: t('keys.signing'), children: <SigningKeys /> },
                { key: 'ticket', label: t('keys.ticket'), children: <TicketKeys /> },
              ]
            : []),
          ...(may('CREDENTIAL_READ') ? [{ key: 'credentials', label: t('keys.credentials'), children: <Credentials /> }] : []),
        ]}
      />
    </Page>
  );
}

type KeyAction = { send: (given: { reason: string }) => Promise<unknown>; done: () => void };

function Rotate(action: KeyAction) {
  const { t } = useTexts();
  return (
    <Buttons>
      <Act label={t('keys.rotate')} about={t('keys.rotateText')} needs="KEY_WRITE" reason {...action} />
    </Buttons>
  );
}

function Compromise(action: KeyAction) {
  const { t } = useTexts();
  return <Act label={t('keys.compromise')} about={t('keys.compromiseText')} danger needs="KEY_WRITE" reason {...action} />;
}

function SigningKeys() {
  const { t } = useTexts();
  const column = useColumn();
  const load = useLoad('keys', () => get('/admin/v1/keys'));
  const columns = [
    column<SigningKey>('keys.kid', (row) => <Id>{row.kid}</Id>),
    column<SigningKey>('keys.algorithm', (row) => row.algorithm),
    column<SigningKey>('field.status', (row) => <State kind="keyStatus" value={row.status} />),
    column<SigningKey>('keys.signsFrom', (row) => <Time at={row.signsFrom} />),
    column<SigningKey>('field.createdAt', (row) => <Time at={row.createdAt} />),
    column<SigningKey>('keys.retiredAt', (row) => <Time at={row.retiredAt} />),
    column<SigningKey>('keys.compromisedAt', (row) => <Time at={row.compromisedAt} />),
    column<SigningKey>('field.actions', (row) =>
      row.compromisedAt ? null : (
        <Compromise send={({ reason }) => call('post', '/admin/v1/keys/{kid}:compromise', { ids: { kid: row.kid }, body: { reason } })} done={load.reload} />
      ),
    ),
  ];
  return (
    <>
      <Rotate send={({ reason }) => call('post', '/admin/v1/keys:rotate', { body: { reason } })} done={load.reload} />
      <Rows label={t('keys.signing')} load={part(load, (data) => data.keys ?? [])} columns={columns} rowKey={(row) => row.kid ?? ''} />
    </>
  );
}

function TicketKeys() {
  const { t } = useTexts();
  const column = useColumn();
  const [serverId, setServerId] = useState('');
  const load = usePages<ServerWithKeys>('ticket-keys', async (after) => {
    const page = await get('/admin/v1/ticket-keys', { query: { ...(after ? { after } : {}), limit: 50 } });
    return { rows: page.servers ?? [], next: page.next };
  });
  const columns = [
    column<ServerWithKeys>('field.serverId', (row) => (
      <Button type="link" size="small" onClick={() => setServerId(row.serverId ?? '')}>
        {row.serverId}
      </Button>
    )),
    column<ServerWithKeys>('keys.epoch', (row) => row.mintingEpoch ?? '–', { align: 'right' }),
    column<ServerWithKeys>('keys.mintsFrom', (row) => <Time at={row.mintingSince} />),
    column<ServerWithKeys>('keys.keysMade', (row) => row.keysMade, { align: 'right' }),
    column<ServerWithKeys>('keys.compromisedCount', (row) => row.compromised, { align: 'right' }),
  ];
  return (
    <>
      <Rows label={t('keys.ticket')} load={load} columns={columns} rowKey={(row) => row.serverId ?? ''} />
      {serverId && <KeysOf key={serverId} serverId={serverId} />}
    </>
  );
}

function KeysOf({ serverId }: { serverId: string }) {
  const column = useColumn();
  const ids = { serverId };
  const load = useLoad(serverId, () => get('/admin/v1/servers/{serverId}/ticket-keys', { ids }));
  const columns = [
    column<TicketKey>('keys.epoch', (row) => row.epoch, { align: 'right' }),
    column<TicketKey>('field.status', (row) => <State kind="keyStatus" value={row.status} />),
    column<TicketKey>('keys.mintsFrom', (row) => <Time at={row.mintsFrom} />),
    column<TicketKey>('keys.acceptUntil', (row) => <Time at={row.acceptUntil} />),
    column<TicketKey>('keys.compromisedAt', (row) => <Time at={row.compromisedAt} />),
    column<TicketKey>('field.actions', (row) =>
      row.compromisedAt ? null : (
        <Compromise send={({ reason }) => call('post', '/admin/v1/servers/{serverId}/ticket-keys/{epoch}:compromise', { ids: { ...ids, epoch: row.epoch }, body: { reason } })} done={load.reload} />
      ),
    ),
  ];
  return (
    <>
      <h2>{serverId}</h2>
      <Rotate send={({ reason }) => call('post', '/admin/v1/servers/{serverId}/ticket-keys:rotate', { ids, body: { reason } })} done={load.reload} />
      <Rows label={serverId} load={part(load, (data) => data.keys ?? [])} columns={columns} rowKey={(row) => String(row.epoch)} />
    </>
  );
}

function Credentials() {
  const { t } = useTexts();
  const column = useColumn();
  const load = useLoad('credentials', () => get('/admin/v1/service-credentials'));
  const [made, setMade] = useState<Answer<'/admin/v1/service-credentials', 'post'>>();
  const columns = [
    column<Credential>('keys.credentialId', (row) => <Id>{row.credentialId}</Id>),
    column<Credential>('field.name', (row) => row.name),
    column<Credential>('menu.servers', (row) => (row.serverIds ?? []).join(', ')),
    column<Credential>('field.createdAt', (row) => <Time at={row.createdAt} />),
    column<Credential>('field.createdBy', (row) => row.createdBy),
    column<Credential>('field.lastUsedAt', (row) => <Time at={row.lastUsedAt} />),
    column<Credential>('keys.revokedAt', (row) => <Time at={row.revokedAt} />),
    column<Credential>('field.actions', (row) =>
      row.revokedAt ? null : (
        <Buttons>
          <Act
            label={t('keys.rotateCredential')}
            about={t('keys.rotateCredentialText')}
            needs="CREDENTIAL_WRITE"
            send={async (_, key) => setMade(await call('post', '/admin/v1/service-credentials/{credentialId}:rotate', { ids: { credentialId: row.credentialId }, key }))}
            done={load.reload}
          />
          <Act
            label={t('keys.revoke')}
            about={t('keys.revokeText')}
            danger
            needs="CREDENTIAL_WRITE"
            send={() => call('delete', '/admin/v1/service-credentials/{credentialId}', { ids: { credentialId: row.credentialId } })}
            done={load.reload}
          />
        </Buttons>
      ),
    ),
  ];
  return (
    <>
      <Buttons>
        <Act<{ name: string; serverIds: string[] }>
          label={t('keys.newCredential')}
          needs="CREDENTIAL_WRITE"
          fields={
            <>
              <Text name="name" label={t('field.name')} required max={64} />
              <Form.Item name="serverIds" label={t('menu.servers')} extra={t('keys.serversHelp')} rules={[{ required: true, message: t('field.missing') }]}>
                <Select mode="tags" />
              </Form.Item>
            </>
          }
          send={async ({ name, serverIds }, key) => setMade(await call('post', '/admin/v1/service-credentials', { body: { name, serverIds }, key }))}
          done={load.reload}
        />
      </Buttons>
      {made && (
        <Alert
          className="stale"
          type="success"
          showIcon
          closable={{ onClose: () => setMade(undefined) }}
          title={t('keys.made')}
          description={<Id>{`${made.credentialId}:${made.secret}`}</Id>}
        />
      )}
      <Rows label={t('keys.credentials')} load={part(load, (data) => data.credentials ?? [])} columns={columns} rowKey={(row) => row.credentialId ?? ''} />
    </>
  );
}
