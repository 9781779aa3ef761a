import { Button, Space } from 'antd';
import type { Preferences } from './app';
import { useTexts } from './i18n';

const NEXT = { system: 'dark', dark: 'light', light: 'system' } as const;

/** The switches of language and look. Each language is named in itself. */
export function Looks({ preferences: { language, setLanguage, look, setLook } }: { preferences: Preferences }) {
  const { t } = useTexts();
  const other = language === 'en' ? 'zh-CN' : 'en';
  return (
    <Space size="small" className="looks">
      <Button size="small" lang={other} onClick={() => setLanguage(other)}>
        {other === 'en' ? 'English' : '中文'}
      </Button>
      <Button size="small" onClick={() => setLook(NEXT[look])} aria-label={t('look.label', { look: t(`look.${look}`) })}>
        {t(`look.${look}`)}
      </Button>
    </Space>
  );
}
