import { Alert, Button, Card, Form, Input } from 'antd';
import { useEffect, useState } from 'react';
import type { Preferences } from '../app';
import { call, Problem, useCsrfToken } from '../api';
import { useTexts } from '../i18n';
import { Looks } from '../looks';
import { ProblemView } from '../ui';

type Fields = { name: string; password: string; totp?: string; recoveryCode?: string };

/** Name and password first, the second factor when the service asks for it. */
export function Login({ preferences, ended, done }: { preferences: Preferences; ended: boolean; done: () => Promise<void> }) {
  const { t } = useTexts();
  const [factor, setFactor] = useState<'none' | 'totp' | 'recoveryCode'>('none');
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    document.title = `${t('login.title')} · ${t('app.name')}`;
  }, [t]);
  const finish = async ({ name, password, totp, recoveryCode }: Fields) => {
    setBusy(true);
    setProblem(undefined);
    try {
      const second = factor === 'none' ? {} : factor === 'totp' ? { totp } : { recoveryCode };
      const login = await call('post', '/admin/v1/sessions', { body: { name, password, ...second, cookie: true } });
      useCsrfToken(login.csrfToken);
      await done();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.code === 'TOTP_REQUIRED' && factor === 'none') setFactor('totp');
      else setProblem(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <main className="alone">
      <Card>
        <h1>{t('app.name')}</h1>
        {ended && <Alert type="info" showIcon title={t('login.ended')} />}
        <Form<Fields> layout="vertical" requiredMark={false} onFinish={(values) => void finish(values)}>
          <Form.Item name="name" label={t('login.name')} rules={[{ required: true, message: t('field.missing') }]}>
            <Input autoComplete="username" autoFocus />
          </Form.Item>
          <Form.Item name="password" label={t('login.password')} rules={[{ required: true, message: t('field.missing') }]}>
            <Input.Password autoComplete="current-password" />
          </Form.Item>
          {factor === 'totp' && (
            <Form.Item name="totp" label={t('login.totp')} rules={[{ required: true, message: t('field.missing') }]}>
              <Input inputMode="numeric" autoComplete="one-time-code" maxLength={6} autoFocus />
            </Form.Item>
          )}
          {factor === 'recoveryCode' && (
            <Form.Item name="recoveryCode" label={t('login.recoveryCode')} rules={[{ required: true, message: t('field.missing') }]}>
              <Input autoComplete="off" autoFocus />
            </Form.Item>
          )}
          {factor !== 'none' && (
            <p>
              <Button type="link" size="small" onClick={() => setFactor(factor === 'totp' ? 'recoveryCode' : 'totp')}>
                {t(factor === 'totp' ? 'login.useRecoveryCode' : 'login.useTotp')}
              </Button>
            </p>
          )}
          {problem && <ProblemView problem={problem} />}
          <Button type="primary" htmlType="submit" block loading={busy}>
            {t('login.submit')}
          </Button>
        </Form>
      </Card>
      <Looks preferences={preferences} />
    </main>
  );
}
