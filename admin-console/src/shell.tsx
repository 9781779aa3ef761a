import { Button, Input, type InputRef, Result } from 'antd';
import { type ComponentType, lazy, Suspense, useEffect, useRef } from 'react';
import type { Preferences } from './app';
import { type Key, useTexts } from './i18n';
import { Looks } from './looks';
import { AccountPage } from './pages/account';
import { ApprovalsPage } from './pages/approvals';
import { AuditPage } from './pages/audit';
import { BansPage } from './pages/bans';
import { DirectoryPage } from './pages/directory';
import { GroupPage, GroupsPage } from './pages/groups';
import { KeysPage } from './pages/keys';
import { OperatorPage, OperatorsPage } from './pages/operators';
import { PlayerPage } from './pages/player';
import { PlayersPage } from './pages/players';
import { RoleSyncPage } from './pages/rolesync';
import { SystemPage } from './pages/system';
import { Link, match, navigate, useLocation } from './router';
import { useSession } from './session';
import { Page } from './ui';

// With the charts, which nobody needs who looks for a player.
const DashboardPage = lazy(() => import('./pages/dashboard'));

type Ids = Record<string, string>;
const ROUTES: { path: string; page: ComponentType<{ ids: Ids }> }[] = [
  { path: '/', page: DashboardPage },
  { path: '/players', page: PlayersPage },
  { path: '/players/:userId', page: PlayerPage },
  { path: '/bans', page: BansPage },
  { path: '/role-sync', page: RoleSyncPage },
  { path: '/approvals', page: ApprovalsPage },
  { path: '/audit', page: AuditPage },
  { path: '/operators', page: OperatorsPage },
  { path: '/operators/:operatorId', page: OperatorPage },
  { path: '/groups', page: GroupsPage },
  { path: '/groups/:groupId', page: GroupPage },
  { path: '/directory', page: DirectoryPage },
  { path: '/keys', page: KeysPage },
  { path: '/system', page: SystemPage },
  { path: '/account', page: AccountPage },
];

// The names are those of the service's menu; the dashboard is part of what it calls the system.
const MENU: { to: string; menu: string; label: Key }[] = [
  { to: '/', menu: 'system', label: 'menu.dashboard' },
  { to: '/players', menu: 'players', label: 'menu.players' },
  { to: '/bans', menu: 'bans', label: 'menu.bans' },
  { to: '/role-sync', menu: 'role-sync', label: 'menu.role-sync' },
  { to: '/approvals', menu: 'approvals', label: 'menu.approvals' },
  { to: '/audit', menu: 'audit', label: 'menu.audit' },
  { to: '/operators', menu: 'operators', label: 'menu.operators' },
  { to: '/groups', menu: 'groups', label: 'menu.groups' },
  { to: '/directory', menu: 'directory', label: 'menu.directory' },
  { to: '/keys', menu: 'keys', label: 'menu.keys' },
  { to: '/system', menu: 'system', label: 'menu.system' },
];

/** The frame of all pages: the search that is always there, the menu of what this operator may see, the page. */
export function Shell({ preferences }: { preferences: Preferences }) {
  const { t } = useTexts();
  const { me, logout } = useSession();
  const { path } = useLocation();
  const search = useRef<InputRef>(null);
  useEffect(() => {
    const focus = (event: KeyboardEvent) => {
      const typing = event.target instanceof HTMLElement && event.target.closest('input, textarea, select, [contenteditable]');
      if (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
        event.preventDefault();
        search.current?.focus({ cursor: 'all' });
      }
    };
    window.addEventListener('keydown', focus);
    return () => window.removeEventListener('keydown', focus);
  }, []);
  const before = useRef(path);
  useEffect(() => {
    // Screen readers and Tab go on at the new page, not at the link that led to it.
    if (before.current !== path) document.getElementById('page-title')?.focus();
    before.current = path;
  }, [path]);
  const found = ROUTES.map((route) => ({ route, ids: match(route.path, path) })).find(({ ids }) => ids);
  const entries = MENU.filter(({ menu }) => me.menu?.includes(menu));
  const Current = found?.route.page;
  return (
    <div className="shell">
      <a className="skip" href="#content">
        {t('shell.skip')}
      </a>
      <header>
        <Link to="/" className="brand">
          <img src="/console/icon.svg" alt="" width={24} height={24} />
          <span>{t('app.name')}</span>
        </Link>
        <div role="search">
          <Input.Search
            ref={search}
            aria-label={t('search.label')}
            placeholder={t('search.placeholder')}
            onSearch={(text) => text.trim() && navigate(`/players?q=${encodeURIComponent(text.trim())}`)}
          />
        </div>
        <Looks preferences={preferences} />
        <Link to="/account">{me.name}</Link>
        <Button size="small" onClick={() => void logout()}>
          {t('shell.logout')}
        </Button>
      </header>
      <nav aria-label={t('shell.menu')}>
        <ul>
          {entries.map(({ to, label }) => (
            <li key={to}>
              <Link to={to} {...((to === '/' ? path === '/' : path.startsWith(to)) ? { 'aria-current': 'page' as const } : {})}>
                {t(label)}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <main id="content">
        <Suspense fallback={null}>
          {Current && found.ids ? (
            <Current key={path} ids={found.ids} />
          ) : (
            <Page title={t('notFound.title')}>
              <Result status="404" title={t('notFound.text')} subTitle={path} />
            </Page>
          )}
        </Suspense>
      </main>
    </div>
  );
}
