import { type Answer, get } from '../api';
import { Chart } from '../chart';
import { useTexts } from '../i18n';
import { useLoad } from '../load';
import { Loaded, Page, Reload } from '../ui';

type Dashboard = Answer<'/admin/v1/dashboard'>;
type Shard = NonNullable<Dashboard['shards']>[number];

const REFRESH_SECONDS = 10;
// Of one shard's accounts beside the mean of all; 32 shards of random names stay below 1.05.
const SKEWED = 1.25;

export default function DashboardPage() {
  const { t } = useTexts();
  const load = useLoad('dashboard', () => get('/admin/v1/dashboard'), REFRESH_SECONDS);
  return (
    <Page title={t('menu.dashboard')} needs={['SYSTEM_READ']} extra={<Reload load={load} />}>
      <Loaded load={load}>{(data) => <Figures data={data} />}</Loaded>
    </Page>
  );
}

function Figures({ data }: { data: Dashboard }) {
  const { t, language } = useTexts();
  const number = (n: number | undefined) => (n === undefined ? '–' : n.toLocaleString(language));
  const figures: [string, string, string?][] = [
    [t('dashboard.registrations'), number(data.registrations?.last24h), t('dashboard.last24h')],
    [t('dashboard.logins'), number(data.logins?.last24h), t('dashboard.last24h')],
    [t('dashboard.refusals'), number(data.refusals?.last24h), t('dashboard.last24h')],
    [t('dashboard.online'), number(data.online), t('dashboard.onlineText')],
    [t('dashboard.roleLag'), t('dashboard.seconds', { n: number(data.roleLag?.maxSeconds === undefined ? undefined : Math.round(data.roleLag.maxSeconds)) }), t('dashboard.waiting', { n: number(data.roleLag?.entries) })],
    [t('dashboard.idMachines'), number(data.idMachines?.length), t('dashboard.idMachinesText')],
  ];
  const hours = data.registrations?.perHour ?? [];
  const counts = (counted: Dashboard['logins']) => (counted?.perHour ?? []).map(({ count = 0 }) => count);
  const series = [
    { name: t('dashboard.registrations'), values: counts(data.registrations) },
    { name: t('dashboard.logins'), values: counts(data.logins) },
    { name: t('dashboard.refusals'), values: counts(data.refusals) },
  ];
  return (
    <>
      <div className="figures">
        {figures.map(([name, value, note]) => (
          <div className="figure" key={name}>
            {name}
            <b>{value}</b>
            <span className="quiet">{note}</span>
          </div>
        ))}
      </div>
      <div className="panel">
        <h2>{t('dashboard.perHour')}</h2>
        <Chart label={t('dashboard.perHour')} categories={hours.map(({ from = '' }) => `${String(new Date(from).getHours()).padStart(2, '0')}:00`)} series={series} />
      </div>
      <div className="panel">
        <h2>{t('dashboard.shards')}</h2>
        <ShardMap shards={data.shards ?? []} />
      </div>
      <p className="quiet">{t('dashboard.elapsed', { ms: data.elapsedMs ?? 0 })}</p>
    </>
  );
}

/** All 32 at a glance: up or not in words and colours, and how full beside the mean. */
function ShardMap({ shards }: { shards: Shard[] }) {
  const { t, language } = useTexts();
  return (
    <ul className="tiles">
      {shards.map((shard) => (
        <li key={shard.shard} className={`tile ${shard.up ? '' : 'down'} ${(shard.skew ?? 1) > SKEWED ? 'skewed' : ''}`} title={shard.instance}>
          <b>{shard.shard}</b> {t(shard.up ? 'status.UP' : 'status.DOWN')}
          <br />
          {shard.accounts?.toLocaleString(language) ?? '–'}
          <br />
          {t('dashboard.skew', { x: shard.skew?.toFixed(2) ?? '–' })}
        </li>
      ))}
    </ul>
  );
}
