import { App, ConfigProvider, Skeleton, theme } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { call, get, onRefusal, Problem, useCsrfToken } from './api';
import { firstLanguage, type Language, TextsContext, textsOf } from './i18n';
import { Login } from './pages/login';
import { Reauthentication } from './reauthentication';
import { type Me, SessionContext } from './session';
import { Shell } from './shell';
import { ProblemView } from './ui';

export type Look = 'light' | 'dark' | 'system';

const dark = window.matchMedia('(prefers-color-scheme: dark)');
function useSystemDark(): boolean {
  return useSyncExternalStore(
    (listener) => {
      dark.addEventListener('change', listener);
      return () => dark.removeEventListener('change', listener);
    },
    () => dark.matches,
  );
}

const nonce = document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce ?? '';

/** Preferences first, then who is logged in, then the pages. */
export function Console() {
  const [language, setLanguage] = useState<Language>(firstLanguage);
  const [look, setLook] = useState<Look>(() => (localStorage.getItem('look') as Look | null) ?? 'system');
  const systemDark = useSystemDark();
  const isDark = look === 'dark' || (look === 'system' && systemDark);
  const texts = useMemo(() => textsOf(language), [language]);
  useEffect(() => {
    document.documentElement.lang = language;
    document.documentElement.dataset['look'] = isDark ? 'dark' : 'light';
    localStorage.setItem('language', language);
    localStorage.setItem('look', look);
  }, [language, look, isDark]);
  return (
    <TextsContext value={texts}>
      <ConfigProvider
        locale={language === 'en' ? enUS : zhCN}
        csp={{ nonce }}
        button={{ autoInsertSpace: false }}
        theme={{
          algorithm: isDark ? theme.darkAlgorithm : theme.defaultAlgorithm,
          token: { ...COLOURS[isDark ? 'dark' : 'light'], borderRadius: 4, motion: false },
          components: isDark
            ? { Descriptions: { labelColor: '#b0b0b0' }, Tabs: { itemSelectedColor: '#7fb0ff' }, Button: { dangerColor: '#000' } }
            : { Descriptions: { labelColor: '#595959' } },
        }}
      >
        <App className="app">
          <LoggedIn preferences={{ language, setLanguage, look, setLook }} />
        </App>
      </ConfigProvider>
    </TextsContext>
  );
}

// Darker, or lighter, than antd's own: contrast of at least 4.5 (WCAG 1.4.3).
const COLOURS = {
  light: { colorPrimary: '#1554ad', colorLink: '#1554ad', colorTextDescription: '#595959', colorTextPlaceholder: '#6b6b6b', colorTextDisabled: '#6b6b6b', colorError: '#c6212f' },
  dark: { colorPrimary: '#2f6fd0', colorLink: '#7fb0ff', colorTextDescription: '#b0b0b0', colorTextPlaceholder: '#9a9a9a', colorTextDisabled: '#9a9a9a', colorError: '#ff7875' },
};

export type Preferences = { language: Language; setLanguage: (language: Language) => void; look: Look; setLook: (look: Look) => void };

type Who = { state: 'asking' } | { state: 'nobody'; ended: boolean } | { state: 'unknown'; problem: Problem } | { state: 'known'; me: Me };

function LoggedIn({ preferences }: { preferences: Preferences }) {
  const [who, setWho] = useState<Who>({ state: 'asking' });
  const [asking, setAsking] = useState<(proved: boolean) => void>();
  const waiting = useRef<Promise<boolean>>(undefined);

  const refresh = useCallback(async () => {
    try {
      const me = await get('/admin/v1/me');
      useCsrfToken(me.csrfToken);
      setWho({ state: 'known', me });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      setWho((old) => {
        if (error.status === 401) return { state: 'nobody', ended: old.state === 'known' };
        return old.state === 'known' ? old : { state: 'unknown', problem: error };
      });
    }
  }, []);

  useEffect(() => {
    onRefusal({
      loggedOut: () => setWho((old) => (old.state === 'known' ? { state: 'nobody', ended: true } : old)),
      // One dialog for however many requests wait for it.
      reauthenticate: () =>
        (waiting.current ??= new Promise<boolean>((resolve) =>
          setAsking(() => (proved: boolean) => {
            waiting.current = undefined;
            setAsking(undefined);
            resolve(proved);
          }),
        )),
    });
    void refresh();
  }, [refresh]);

  const session = useMemo(() => {
    if (who.state !== 'known') return undefined;
    const { me } = who;
    const permissions = new Set(me.permissions);
    return {
      me,
      may: (permission: string | undefined) => permission === undefined || me.superAdmin === true || permissions.has(permission),
      refresh,
      logout: async () => {
        await call('delete', '/admin/v1/sessions/current');
        useCsrfToken(undefined);
        setWho({ state: 'nobody', ended: false });
      },
    };
  }, [who, refresh]);

  if (session) {
    return (
      <SessionContext value={session}>
        <Shell preferences={preferences} />
        {asking && <Reauthentication totp={session.me.totpEnabled === true} done={asking} />}
      </SessionContext>
    );
  }
  if (who.state === 'nobody') return <Login preferences={preferences} ended={who.ended} done={refresh} />;
  return (
    <main className="alone">
      {who.state === 'unknown' ? <ProblemView problem={who.problem} retry={() => void refresh()} /> : <Skeleton active />}
    </main>
  );
}
