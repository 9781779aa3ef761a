import { Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { call, Problem } from './api';
import { useTexts } from './i18n';
import { ProblemView } from './ui';

/** Asks for the password again before something dangerous. */
export function Reauthentication({ totp, done }: { totp: boolean; done: (proved: boolean) => void }) {
  const { t } = useTexts();
  const [form] = Form.useForm<{ password: string; totp?: string }>();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const finish = async (body: { password: string; totp?: string }) => {
    setBusy(true);
    try {
      await call('post', '/admin/v1/me:reauthenticate', { body });
      done(true);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      setProblem(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal open zIndex={2000} title={t('reauth.title')} okText={t('reauth.ok')} cancelText={t('action.cancel')} okButtonProps={{ loading: busy }} onOk={() => form.submit()} onCancel={() => done(false)}>
      <p>{t('reauth.text')}</p>
      <Form form={form} layout="vertical" onFinish={(values) => void finish(values)}>
        <Form.Item name="password" label={t('login.password')} rules={[{ required: true, message: t('field.missing') }]}>
          <Input.Password autoFocus autoComplete="current-password" onPressEnter={() => form.submit()} />
        </Form.Item>
        {totp && (
          <Form.Item name="totp" label={t('login.totp')} rules={[{ required: true, message: t('field.missing') }]}>
            <Input inputMode="numeric" autoComplete="one-time-code" maxLength={6} onPressEnter={() => form.submit()} />
          </Form.Item>
        )}
        {problem && <ProblemView problem={problem} />}
      </Form>
    </Modal>
  );
}
