import { Checkbox, Form, Radio, Select, Tag } from 'antd';
import { type Answer, call, get } from '../api';
import { useTexts } from '../i18n';
import { useLoad } from '../load';
import { Link, navigate } from '../router';
import { Act, Buttons, Loaded, Page, part, Rows, Text, useColumn } from '../ui';

type Group = NonNullable<Answer<'/admin/v1/groups'>['groups']>[number];
type Grant = NonNullable<Group['grants']>[number];
// The document leaves these two open: a word or what it stands for.
type Extent = 'ALL' | string[] | { serverIds?: string[]; serverGroupIds?: string[] } | undefined;
type Permission = NonNullable<Answer<'/admin/v1/permissions'>['permissions']>[number];

export function GroupsPage() {
  const { t } = useTexts();
  const column = useColumn();
  const load = useLoad('groups', () => get('/admin/v1/groups'));
  const columns = [
    column<Group>('group.name', (row) => <Link to={`/groups/${row.groupId}`}>{row.name}</Link>),
    column<Group>('field.description', (row) => row.description || '–'),
    column<Group>('group.members', (row) => (row.members ?? []).length, { align: 'right' }),
    column<Group>('group.grants', (row) => (row.grants ?? []).length, { align: 'right' }),
  ];
  return (
    <Page
      title={t('menu.groups')}
      needs={['GROUP_READ']}
      extra={
        <Act<{ name: string; description?: string }>
          label={t('group.new')}
          type="primary"
          needs="GROUP_WRITE"
          fields={<GroupFields />}
          send={({ name, description }, key) => call('post', '/admin/v1/groups', { body: { name, ...(description ? { description } : {}) }, key })}
          done={load.reload}
        />
      }
    >
      <Rows label={t('menu.groups')} load={part(load, (data) => data.groups ?? [])} columns={columns} rowKey={(row) => row.groupId ?? ''} />
    </Page>
  );
}

function GroupFields() {
  const { t } = useTexts();
  return (
    <>
      <Text name="name" label={t('group.name')} required max={64} />
      <Text name="description" label={t('field.description')} max={255} area />
    </>
  );
}

export function GroupPage({ ids: { groupId } }: { ids: Record<string, string> }) {
  const { t, named } = useTexts();
  const column = useColumn();
  const ids = { groupId };
  const load = useLoad(groupId, () => get('/admin/v1/groups/{groupId}', { ids }));
  const group = load.data;
  const wide = (extent: unknown) => {
    const values = extent as Extent;
    if (values === undefined) return '–';
    if (typeof values === 'string') return t('scope.all');
    if (Array.isArray(values)) return values.join(', ');
    return [...(values.serverIds ?? []), ...(values.serverGroupIds ?? []).map((id) => `${t('scope.serverGroup')} ${id}`)].join(', ');
  };
  const columns = [
    column<Grant>('operator.permission', (row) => (row.permissions ?? []).map((name) => <Tag key={name} title={name}>{named('permission', name)}</Tag>), { width: '50%' }),
    column<Grant>('scope.servers', (row) => wide(row.servers)),
    column<Grant>('scope.channels', (row) => wide(row.channels)),
    column<Grant>('field.actions', (row) => (
      <Act
        label={t('group.revoke')}
        about={t('group.revokeText')}
        danger
        needs="GROUP_WRITE"
        send={() => call('delete', '/admin/v1/groups/{groupId}/grants/{grantId}', { ids: { ...ids, grantId: row.grantId } })}
        done={load.reload}
      />
    )),
  ];
  return (
    <Page
      title={t('group.title', { name: group?.name ?? groupId ?? '' })}
      needs={['GROUP_READ']}
      extra={
        group && (
          <Buttons>
            <NewGrant ids={ids} done={load.reload} />
            <Members ids={ids} members={(group.members ?? []).map((member) => member.operatorId ?? '')} done={load.reload} />
            <Act<{ name: string; description?: string }>
              label={t('action.edit')}
              needs="GROUP_WRITE"
              initial={{ name: group.name ?? '', description: group.description ?? '' }}
              fields={<GroupFields />}
              send={({ name, description }) => call('patch', '/admin/v1/groups/{groupId}', { ids, body: { name, description: description ?? '' } })}
              done={load.reload}
            />
            <Act
              label={t('action.delete')}
              about={t('group.deleteText')}
              danger
              needs="GROUP_WRITE"
              send={() => call('delete', '/admin/v1/groups/{groupId}', { ids })}
              done={() => navigate('/groups')}
            />
          </Buttons>
        )
      }
    >
      <p>{group?.description}</p>
      <h2>{t('group.members')}</h2>
      <Loaded load={load} isEmpty={(data) => !data.members?.length}>
        {(data) => (
          <p>
            {(data.members ?? []).map((member) => (
              <Link key={member.operatorId} to={`/operators/${member.operatorId}`}>
                <Tag>{member.name}</Tag>
              </Link>
            ))}
          </p>
        )}
      </Loaded>
      <h2>{t('group.grants')}</h2>
      <p className="quiet">{t('group.scopeText')}</p>
      <Rows label={t('group.grants')} load={part(load, (data) => data.grants ?? [])} columns={columns} rowKey={(row) => row.grantId ?? ''} />
    </Page>
  );
}

type GrantForm = { permissions: NonNullable<Grant['permissions']>; allServers: boolean; serverIds?: string[]; serverGroupIds?: string[]; allChannels: boolean; channels?: string[] };

function NewGrant({ ids, done }: { ids: { groupId: string | undefined }; done: () => void }) {
  const { t } = useTexts();
  return (
    <Act<GrantForm>
      label={t('group.newGrant')}
      needs="GROUP_WRITE"
      initial={{ allServers: false, allChannels: false }}
      fields={<GrantFields />}
      send={({ permissions, allServers, serverIds, serverGroupIds, allChannels, channels }, key) =>
        call('post', '/admin/v1/groups/{groupId}/grants', {
          ids,
          body: {
            permissions,
            servers: allServers ? 'ALL' : { serverIds: serverIds ?? [], serverGroupIds: serverGroupIds ?? [] },
            channels: allChannels ? 'ALL' : (channels ?? []),
          },
          key,
        })
      }
      done={done}
    />
  );
}

/** Permissions by the entries of the menu, servers, channels. */
function GrantFields() {
  const { t, named } = useTexts();
  const permissions = useLoad('permissions', () => get('/admin/v1/permissions'));
  const servers = useLoad('servers', () => get('/admin/v1/game-servers'));
  const serverGroups = useLoad('server-groups', () => get('/admin/v1/server-groups'));
  const channels = useLoad('channels', () => get('/admin/v1/channels'));
  const allServers = Form.useWatch<boolean | undefined>('allServers');
  const allChannels = Form.useWatch<boolean | undefined>('allChannels');
  const all: Permission[] = permissions.data?.permissions ?? [];
  const menus = [...new Set(all.map(({ menu = '' }) => menu))];
  const wide = [
    { value: true, label: t('scope.all') },
    { value: false, label: t('scope.some') },
  ];
  return (
    <Loaded load={permissions}>
      {() => (
        <>
          <Form.Item name="permissions" label={t('operator.permission')} rules={[{ required: true, message: t('field.missing') }]}>
            <Checkbox.Group style={{ display: 'block' }}>
              {menus.map((menu) => (
                <fieldset key={menu}>
                  <legend>{named('menu', menu)}</legend>
                  {all.filter((permission) => permission.menu === menu).map(({ permission = '', dangerous }) => (
                    <Checkbox key={permission} value={permission}>
                      {named('permission', permission)}
                      {dangerous && <Tag color="red">{t('group.dangerous')}</Tag>}
                    </Checkbox>
                  ))}
                </fieldset>
              ))}
            </Checkbox.Group>
          </Form.Item>
          <Form.Item name="allServers" label={t('scope.servers')}>
            <Radio.Group options={wide} />
          </Form.Item>
          {allServers === false && (
            <>
              <Form.Item name="serverIds" label={t('menu.servers')}>
                <Select mode="tags" options={(servers.data?.servers ?? []).map(({ serverId = '', name }) => ({ value: serverId, label: name ? `${serverId} ${name}` : serverId }))} />
              </Form.Item>
              <Form.Item name="serverGroupIds" label={t('directory.serverGroups')}>
                <Select mode="multiple" options={(serverGroups.data?.groups ?? []).map(({ serverGroupId = '', name }) => ({ value: serverGroupId, label: name }))} />
              </Form.Item>
            </>
          )}
          <Form.Item name="allChannels" label={t('scope.channels')}>
            <Radio.Group options={wide} />
          </Form.Item>
          {allChannels === false && (
            <Form.Item name="channels" label={t('directory.channels')}>
              <Select mode="tags" options={(channels.data?.channels ?? []).map(({ channel = '', name }) => ({ value: channel, label: name ? `${channel} ${name}` : channel }))} />
            </Form.Item>
          )}
        </>
      )}
    </Loaded>
  );
}

function Members({ ids, members, done }: { ids: { groupId: string | undefined }; members: string[]; done: () => void }) {
  const { t } = useTexts();
  return (
    <Act<{ operatorIds: string[] }>
      label={t('group.setMembers')}
      needs="GROUP_WRITE"
      initial={{ operatorIds: members }}
      fields={<MemberFields />}
      send={({ operatorIds }) => call('put', '/admin/v1/groups/{groupId}/members', { ids, body: { operatorIds } })}
      done={done}
    />
  );
}

function MemberFields() {
  const { t } = useTexts();
  const operators = useLoad('operators', () => get('/admin/v1/operators', { query: { limit: 100 } }));
  return (
    <Loaded load={operators}>
      {(data) => (
        <Form.Item name="operatorIds" label={t('group.members')}>
          <Select mode="multiple" optionFilterProp="label" options={(data.operators ?? []).map(({ operatorId = '', name }) => ({ value: operatorId, label: name }))} />
        </Form.Item>
      )}
    </Loaded>
  );
}
