import { Alert, Button, DatePicker, Empty, Input, Select, Tabs } from 'antd';
import { useState } from 'react';
import { type Answer, get } from '../api';
import { useTexts } from '../i18n';
import { useLoad, usePages } from '../load';
import { navigate, useLocation } from '../router';
import { useSession } from '../session';
import { Loaded, Page, Player, part, Rows, State, Time, useColumn } from '../ui';

type Found = Answer<'/admin/v1/accounts'>;
export type Account = NonNullable<Found['accounts']>[number];
type By = 'username' | 'userId' | 'roleId' | 'identity';

/** What a text may be, the likeliest first. Each is one lookup in one shard. */
function candidates(text: string, by: string): By[] {
  if (by !== 'auto') return [by as By];
  if (/^[a-z0-9_-]{1,32}:.+/i.test(text)) return ['identity'];
  if (/^\d{15,19}$/.test(text)) return ['userId', 'username', 'roleId'];
  return ['username', 'roleId'];
}

/** Exact searches that name their shard, and lists. */
export function PlayersPage() {
  const { t } = useTexts();
  const { may } = useSession();
  const { query } = useLocation();
  const tab = query.get('tab') ?? 'search';
  const items = [
    { key: 'search', label: t('players.search'), children: <Search key={query.toString()} text={query.get('q') ?? ''} by={query.get('by') ?? 'auto'} /> },
    ...(may('ACCOUNT_LIST') ? [{ key: 'list', label: t('players.list'), children: <List /> }] : []),
    ...(may('ROLE_READ')
      ? [
          { key: 'byServer', label: t('players.byServer'), children: <Characters key="server" by="server" /> },
          { key: 'byName', label: t('players.byName'), children: <Characters key="name" by="name" /> },
        ]
      : []),
  ];
  return (
    <Page title={t('menu.players')} needs={['ACCOUNT_READ', 'ACCOUNT_LIST', 'ROLE_READ']}>
      <Tabs activeKey={tab} onChange={(key) => navigate(`/players?tab=${key}`)} items={items} destroyOnHidden />
    </Page>
  );
}

function useAccountColumns() {
  const column = useColumn();
  return [
    column<Account>('field.userId', (row) => <Player userId={row.userId} />),
    column<Account>('field.username', (row) => row.username),
    column<Account>('field.displayName', (row) => row.displayName),
    column<Account>('field.channel', (row) => row.channel),
    column<Account>('field.status', (row) => (
      <>
        <State kind="status" value={row.status} />
        {row.activeBan && <State kind="status" value="BANNED" />}
      </>
    )),
    column<Account>('field.shard', (row) => row.shard),
    column<Account>('field.registeredAt', (row) => <Time at={row.registeredAt} />),
    column<Account>('field.lastLoginAt', (row) => <Time at={row.lastLoginAt} />),
  ];
}

function Search({ text, by }: { text: string; by: string }) {
  const { t } = useTexts();
  const columns = useAccountColumns();
  const [typed, setTyped] = useState(text);
  const [kind, setKind] = useState(by);
  const load = useLoad(text ? `${by}:${text}` : undefined, async () => {
    let answer: Found = { accounts: [], lookup: { shards: 0, visited: [] } };
    let found: By = 'username';
    for (const candidate of candidates(text, by)) {
      found = candidate;
      try {
        answer = await get('/admin/v1/accounts', { query: { [candidate]: text } });
      } catch (error) {
        // A text that cannot be this kind of thing may still be the next one.
        if (by !== 'auto' || candidate === candidates(text, by).at(-1)) throw error;
        continue;
      }
      if (answer.accounts?.length) break;
    }
    return { ...answer, found };
  });
  const go = () => typed.trim() && navigate(`/players?q=${encodeURIComponent(typed.trim())}&by=${kind}`);
  const options = (['auto', 'username', 'userId', 'roleId', 'identity'] as const).map((value) => ({ value, label: t(`players.by.${value}`) }));
  return (
    <>
      <form
        className="filters"
        onSubmit={(event) => {
          event.preventDefault();
          go();
        }}
      >
        <label>
          {t('players.kind')}
          <Select value={kind} onChange={setKind} options={options} style={{ width: 190 }} aria-label={t('players.kind')} />
        </label>
        <label style={{ flex: '1 1 260px', maxWidth: 460 }}>
          {t('players.exact')}
          <Input value={typed} onChange={(event) => setTyped(event.target.value)} autoFocus={!text} allowClear autoComplete="off" />
        </label>
        <Button type="primary" htmlType="submit">
          {t('action.search')}
        </Button>
      </form>
      <p className="quiet">{t('players.hint')}</p>
      {text !== '' && (
        <Loaded load={load} isEmpty={(data) => !data.accounts?.length} empty={<Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('players.none', { text })} />}>
          {(data) => (
            <>
              <p role="status">
                <Lookup lookup={data.lookup} by={t(`players.by.${data.found}`)} />
              </p>
              <Rows label={t('menu.players')} load={part(load, (found) => found.accounts ?? [])} columns={columns} rowKey={(row) => row.userId ?? ''} />
            </>
          )}
        </Loaded>
      )}
    </>
  );
}

/** How little it took: one shard and some milliseconds. */
function Lookup({ lookup, by }: { lookup: Found['lookup']; by: string }) {
  const { t } = useTexts();
  if (!lookup) return null;
  return (
    <span className="quiet">
      {t(lookup.shards === 1 ? 'players.lookup' : 'players.lookups', {
        by,
        shard: lookup.visited?.join(', ') ?? '',
        shards: lookup.shards ?? 0,
        ms: lookup.elapsedMs ?? 0,
      })}
    </span>
  );
}

const STATUSES = ['ACTIVE', 'PENDING_DELETION', 'ERASING', 'ERASED'] as const;

function List() {
  const { t, named } = useTexts();
  const columns = useAccountColumns();
  const [filter, setFilter] = useState<{ channel?: string; status?: (typeof STATUSES)[number]; registeredFrom?: string; registeredTo?: string }>({});
  const [missing, setMissing] = useState<string[]>([]);
  const load = usePages<Account>(JSON.stringify(filter), async (after) => {
    const page = await get('/admin/v1/accounts:list', { query: { ...filter, ...(after ? { after } : {}), limit: 50 } });
    setMissing(page.missingShards ?? []);
    return { rows: (page.accounts ?? []) as Account[], next: page.next };
  });
  return (
    <>
      <div className="filters">
        <label>
          {t('field.channel')}
          <Input.Search allowClear onSearch={(channel) => setFilter(({ channel: _, ...rest }) => (channel ? { ...rest, channel } : rest))} aria-label={t('field.channel')} />
        </label>
        <label>
          {t('field.status')}
          <Select
            allowClear
            aria-label={t('field.status')}
            options={STATUSES.map((value) => ({ value, label: named('status', value) }))}
            onChange={(status?: (typeof STATUSES)[number]) => setFilter(({ status: _, ...rest }) => (status ? { ...rest, status } : rest))}
          />
        </label>
        <label>
          {t('field.registeredAt')}
          <DatePicker.RangePicker
            showTime
            allowEmpty
            onChange={(range) =>
              setFilter(({ registeredFrom: _, registeredTo: __, ...rest }) => ({
                ...rest,
                ...(range?.[0] ? { registeredFrom: range[0].toISOString() } : {}),
                ...(range?.[1] ? { registeredTo: range[1].toISOString() } : {}),
              }))
            }
          />
        </label>
      </div>
      <MissingShards shards={missing} />
      <Rows label={t('players.list')} load={load} columns={columns} rowKey={(row) => row.userId ?? ''} />
    </>
  );
}

/** Says that a list lacks the players of shards that are away. */
export function MissingShards({ shards }: { shards: string[] | undefined }) {
  const { t } = useTexts();
  return shards?.length ? <Alert className="stale" type="warning" showIcon title={t('players.missingShards', { shards: shards.join(', ') })} /> : null;
}

type Character = NonNullable<Answer<'/admin/v1/roles'>['roles']>[number];

function Characters({ by }: { by: 'server' | 'name' }) {
  const { t } = useTexts();
  const column = useColumn();
  const [text, setText] = useState('');
  const [missing, setMissing] = useState<string[]>([]);
  const load = usePages<Character>(text || undefined, async (after) => {
    const rest = { ...(after ? { after } : {}), limit: 50 };
    const page =
      by === 'server'
        ? await get('/admin/v1/roles:byServer', { query: { serverId: text, ...rest } })
        : await get('/admin/v1/roles', { query: { name: text, ...rest } });
    setMissing(page.missingShards ?? []);
    return { rows: page.roles ?? [], next: page.next };
  });
  const label = t(by === 'server' ? 'field.serverId' : 'field.characterName');
  const columns = [
    column<Character>('field.userId', (row) => <Player userId={row.userId} />),
    column<Character>('field.characterName', (row) => row.role?.name),
    column<Character>('field.roleId', (row) => <span className="mono">{row.role?.roleId}</span>),
    column<Character>('field.serverId', (row) => row.role?.serverId),
    column<Character>('field.channel', (row) => row.role?.channel),
    column<Character>('field.level', (row) => row.role?.level, { align: 'right' }),
    column<Character>('field.status', (row) => <State kind="status" value={row.role?.state} />),
    column<Character>('field.lastLoginAt', (row) => <Time at={row.role?.lastLoginAt} />),
  ];
  return (
    <>
      <div className="filters">
        <label>
          {label}
          <Input.Search enterButton={t('action.search')} allowClear onSearch={(value) => setText(value.trim())} aria-label={label} />
        </label>
      </div>
      <MissingShards shards={missing} />
      {text && <Rows label={t(by === 'server' ? 'players.byServer' : 'players.byName')} load={load} columns={columns} rowKey={(row) => `${row.role?.serverId} ${row.role?.roleId}`} />}
    </>
  );
}
