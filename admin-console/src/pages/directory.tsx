import { Form, Select, Tabs } from 'antd';
import { type Answer, call, get } from '../api';
import { useTexts } from '../i18n';
import { useLoad } from '../load';
import { Act, Buttons, Page, part, Rows, Text, useColumn } from '../ui';

type Server = NonNullable<Answer<'/admin/v1/game-servers'>['servers']>[number];
type ServerGroup = NonNullable<Answer<'/admin/v1/server-groups'>['groups']>[number];
type Channel = NonNullable<Answer<'/admin/v1/channels'>['channels']>[number];

/** What grants speak of: game servers, groups of them, channels. */
export function DirectoryPage() {
  const { t } = useTexts();
  return (
    <Page title={t('menu.directory')} needs={['DIRECTORY_READ']}>
      <Tabs
        destroyOnHidden
        items={[
          { key: 'servers', label: t('menu.servers'), children: <Servers /> },
          { key: 'groups', label: t('directory.serverGroups'), children: <ServerGroups /> },
          { key: 'channels', label: t('directory.channels'), children: <Channels /> },
        ]}
      />
    </Page>
  );
}

function Servers() {
  const { t } = useTexts();
  const column = useColumn();
  const load = useLoad('servers', () => get('/admin/v1/game-servers'));
  const columns = [
    column<Server>('field.serverId', (row) => row.serverId),
    column<Server>('field.name', (row) => row.name),
    column<Server>('field.actions', (row) => (
      <Buttons>
        <Act<{ name: string }>
          label={t('action.edit')}
          needs="DIRECTORY_WRITE"
          initial={{ name: row.name ?? '' }}
          fields={<Text name="name" label={t('field.name')} required max={64} />}
          send={({ name }) => call('patch', '/admin/v1/game-servers/{serverId}', { ids: { serverId: row.serverId }, body: { name } })}
          done={load.reload}
        />
        <Act
          label={t('action.delete')}
          about={t('directory.deleteText')}
          danger
          needs="DIRECTORY_WRITE"
          send={() => call('delete', '/admin/v1/game-servers/{serverId}', { ids: { serverId: row.serverId } })}
          done={load.reload}
        />
      </Buttons>
    )),
  ];
  return (
    <>
      <Buttons>
        <Act<{ serverId: string; name: string }>
          label={t('directory.newServer')}
          needs="DIRECTORY_WRITE"
          fields={
            <>
              <Text name="serverId" label={t('field.serverId')} required max={32} />
              <Text name="name" label={t('field.name')} required max={64} />
            </>
          }
          send={({ serverId, name }, key) => call('post', '/admin/v1/game-servers', { body: { serverId, name }, key })}
          done={load.reload}
        />
      </Buttons>
      <Rows label={t('menu.servers')} load={part(load, (data) => data.servers ?? [])} columns={columns} rowKey={(row) => row.serverId ?? ''} />
    </>
  );
}

function ServerGroupFields() {
  const { t } = useTexts();
  const servers = useLoad('servers', () => get('/admin/v1/game-servers'));
  return (
    <>
      <Text name="name" label={t('field.name')} required max={64} />
      <Form.Item name="serverIds" label={t('menu.servers')}>
        <Select mode="multiple" options={(servers.data?.servers ?? []).map(({ serverId = '', name }) => ({ value: serverId, label: name ? `${serverId} ${name}` : serverId }))} />
      </Form.Item>
    </>
  );
}

type ServerGroupForm = { name: string; serverIds?: string[] };

function ServerGroups() {
  const { t } = useTexts();
  const column = useColumn();
  const load = useLoad('server-groups', () => get('/admin/v1/server-groups'));
  const columns = [
    column<ServerGroup>('field.name', (row) => row.name),
    column<ServerGroup>('menu.servers', (row) => (row.serverIds ?? []).join(', ') || '–'),
    column<ServerGroup>('field.actions', (row) => (
      <Buttons>
        <Act<ServerGroupForm>
          label={t('action.edit')}
          needs="DIRECTORY_WRITE"
          initial={{ name: row.name ?? '', serverIds: row.serverIds ?? [] }}
          fields={<ServerGroupFields />}
          send={({ name, serverIds }) => call('patch', '/admin/v1/server-groups/{serverGroupId}', { ids: { serverGroupId: row.serverGroupId }, body: { name, serverIds: serverIds ?? [] } })}
          done={load.reload}
        />
        <Act
          label={t('action.delete')}
          about={t('directory.deleteText')}
          danger
          needs="DIRECTORY_WRITE"
          send={() => call('delete', '/admin/v1/server-groups/{serverGroupId}', { ids: { serverGroupId: row.serverGroupId } })}
          done={load.reload}
        />
      </Buttons>
    )),
  ];
  return (
    <>
      <Buttons>
        <Act<ServerGroupForm>
          label={t('directory.newServerGroup')}
          needs="DIRECTORY_WRITE"
          fields={<ServerGroupFields />}
          send={({ name, serverIds }, key) => call('post', '/admin/v1/server-groups', { body: { name, serverIds: serverIds ?? [] }, key })}
          done={load.reload}
        />
      </Buttons>
      <Rows label={t('directory.serverGroups')} load={part(load, (data) => data.groups ?? [])} columns={columns} rowKey={(row) => row.serverGroupId ?? ''} />
    </>
  );
}

function Channels() {
  const { t } = useTexts();
  const column = useColumn();
  const load = useLoad('channels', () => get('/admin/v1/channels'));
  const columns = [
    column<Channel>('field.channel', (row) => row.channel),
    column<Channel>('field.name', (row) => row.name),
    column<Channel>('field.actions', (row) => (
      <Buttons>
        <Act<{ name: string }>
          label={t('action.edit')}
          needs="DIRECTORY_WRITE"
          initial={{ name: row.name ?? '' }}
          fields={<Text name="name" label={t('field.name')} required max={64} />}
          send={({ name }) => call('patch', '/admin/v1/channels/{channel}', { ids: { channel: row.channel }, body: { name } })}
          done={load.reload}
        />
        <Act
          label={t('action.delete')}
          about={t('directory.deleteText')}
          danger
          needs="DIRECTORY_WRITE"
          send={() => call('delete', '/admin/v1/channels/{channel}', { ids: { channel: row.channel } })}
          done={load.reload}
        />
      </Buttons>
    )),
  ];
  return (
    <>
      <Buttons>
        <Act<{ channel: string; name: string }>
          label={t('directory.newChannel')}
          needs="DIRECTORY_WRITE"
          fields={
            <>
              <Text name="channel" label={t('field.channel')} required max={32} />
              <Text name="name" label={t('field.name')} required max={64} />
            </>
          }
          send={({ channel, name }, key) => call('post', '/admin/v1/channels', { body: { channel, name }, key })}
          done={load.reload}
        />
      </Buttons>
      <Rows label={t('directory.channels')} load={part(load, (data) => data.channels ?? [])} columns={columns} rowKey={(row) => row.channel ?? ''} />
    </>
  );
}
