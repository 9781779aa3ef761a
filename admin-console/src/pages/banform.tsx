import { DatePicker, Form, Select } from 'antd';
import { useTexts } from '../i18n';
import { Text } from '../ui';

export type BanForm = { scope: 'ACCOUNT' | 'SERVER' | 'FEATURE'; target?: string; reasonCode: string; message?: string; until?: { toISOString: () => string } };

export const bannedUntil = (until: BanForm['until']) => (until ? { until: until.toISOString() } : {});

/** What every ban says, whoever it is for. */
export function BanFields() {
  const { t, named } = useTexts();
  const scope = Form.useWatch<BanForm['scope'] | undefined>('scope');
  return (
    <>
      <Form.Item name="scope" label={t('field.scope')}>
        <Select options={['ACCOUNT', 'SERVER', 'FEATURE'].map((value) => ({ value, label: named('scope', value) }))} />
      </Form.Item>
      {scope && scope !== 'ACCOUNT' && <Text name="target" label={t(scope === 'SERVER' ? 'field.serverId' : 'field.feature')} required max={32} />}
      <Text name="reasonCode" label={t('field.reasonCode')} help={t('ban.reasonHelp')} required max={32} />
      <Text name="message" label={t('ban.message')} max={255} area />
      <Form.Item name="until" label={t('field.until')} extra={t('ban.untilHelp')}>
        <DatePicker showTime style={{ width: '100%' }} />
      </Form.Item>
    </>
  );
}
