import { Form, Select, Tabs } from 'antd';
import { type Answer, call, get } from '../api';
import { useTexts } from '../i18n';
import { useLoad } from '../load';
import { Act, Buttons, Page, part, Rows, Text, useColumn } from '../ui';

type ServerGroup = NonNullable<Answer<'/admin/v1/server-groups'>['groups']>[number];

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

/** What has an id that stays and a name that may change. */
type Named = { id: string; name: string };

type NamedThings = {
  field: 'field.serverId' | 'field.channel';
  title: 'menu.servers' | 'directory.channels';
  add: 'directory.newServer' | 'directory.newChannel';
  load: () => Promise<Named[]>;
  create: (thing: Named, key: string) => Promise<unknown>;
  rename: (thing: Named) => Promise<unknown>;
  remove: (id: string) => Promise<unknown>;
};

function NamedThings({ field, title, add, create, rename, remove, ...from }: NamedThings) {
  const { t } = useTexts();
  const column = useColumn();
  const load = useLoad(title, from.load);
  const columns = [
    column<Named>(field, (row) => row.id),
    column<Named>('field.name', (row) => row.name),
    column<Named>('field.actions', (row) => (
      <Buttons>
        <Act<{ name: string }>
          label={t('action.edit')}
          needs="DIRECTORY_WRITE"
          initial={{ name: row.name }}
          fields={<Text name="name" label={t('field.name')} required max={64} />}
          send={({ name }) => rename({ id: row.id, name })}
          done={load.reload}
        />
        <Act label={t('action.delete')} about={t('directory.deleteText')} danger needs="DIRECTORY_WRITE" send={() => remove(row.id)} done={load.reload} />
      </Buttons>
    )),
  ];
  return (
    <>
      <Buttons>
        <Act<Named>
          label={t(add)}
          needs="DIRECTORY_WRITE"
          fields={
            <>
              <Text name="id" label={t(field)} required max={32} />
              <Text name="name" label={t('field.name')} required max={64} />
            </>
          }
          send={create}
          done={load.reload}
        />
      </Buttons>
      <Rows label={t(title)} load={part(load, (data) => data)} columns={columns} rowKey={(row) => row.id} />
    </>
  );
}

function Servers() {
  return (
    <NamedThings
      field="field.serverId"
      title="menu.servers"
      add="directory.newServer"
      load={async () => ((await get('/admin/v1/game-servers')).servers ?? []).map(({ serverId = '', name = '' }) => ({ id: serverId, name }))}
      create={({ id, name }, key) => call('post', '/admin/v1/game-servers', { body: { serverId: id, name }, key })}
      rename={({ id, name }) => call('patch', '/admin/v1/game-servers/{serverId}', { ids: { serverId: id }, body: { name } })}
      remove={(id) => call('delete', '/admin/v1/game-servers/{serverId}', { ids: { serverId: id } })}
    />
  );
}

function Channels() {
  return (
    <NamedThings
      field="field.channel"
      title="directory.channels"
      add="directory.newChannel"
      load={async () => ((await get('/admin/v1/channels')).channels ?? []).map(({ channel = '', name = '' }) => ({ id: channel, name }))}
      create={({ id, name }, key) => call('post', '/admin/v1/channels', { body: { channel: id, name }, key })}
      rename={({ id, name }) => call('patch', '/admin/v1/channels/{channel}', { ids: { channel: id }, body: { name } })}
      remove={(id) => call('delete', '/admin/v1/channels/{channel}', { ids: { channel: id } })}
    />
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
