import { Alert, Form, Input, QRCode } from 'antd';
import { useState } from 'react';
import { type Answer, call, get } from '../api';
import { useTexts } from '../i18n';
import { useLoad } from '../load';
import { useSession } from '../session';
import { Act, Id, Page, Text, Time } from '../ui';
import { OperatorSessions } from './operators';

/** What an operator does for himself: password, second factor, his other logins. */
export function AccountPage() {
  const { t } = useTexts();
  const { me, refresh } = useSession();
  const sessions = useLoad('sessions', () => get('/admin/v1/me/sessions'));
  const [setup, setSetup] = useState<Answer<'/admin/v1/me/totp', 'post'>>();
  const [codes, setCodes] = useState<string[]>();
  return (
    <Page title={t('account.title', { name: me.name ?? '' })}>
      <div className="panel">
        <h2>{t('login.password')}</h2>
        <Act<{ password: string; newPassword: string }>
          label={t('account.changePassword')}
          about={t('account.changePasswordText')}
          fields={
            <>
              <Form.Item name="password" label={t('account.currentPassword')} rules={[{ required: true, message: t('field.missing') }]}>
                <Input.Password autoComplete="current-password" />
              </Form.Item>
              <Form.Item name="newPassword" label={t('account.newPassword')} rules={[{ required: true, message: t('field.missing') }]}>
                <Input.Password autoComplete="new-password" />
              </Form.Item>
            </>
          }
          send={({ password, newPassword }) => call('post', '/admin/v1/me:changePassword', { body: { password, newPassword } })}
          done={sessions.reload}
        />
      </div>
      <div className="panel">
        <h2>{t('operator.totp')}</h2>
        <p>{t(me.totpEnabled ? 'account.totpOn' : 'account.totpOff')}</p>
        {me.totpRequired && !me.totpEnabled && <Alert type="warning" showIcon title={t('problem.TOTP_NOT_SET_UP')} />}
        {me.totpEnabled && !me.totpRequired ? (
          <Act label={t('account.totpDisable')} about={t('account.totpDisableText')} danger send={() => call('post', '/admin/v1/me/totp:disable')} done={() => void refresh()} />
        ) : (
          <Act
            label={t('account.totpSetUp')}
            about={t('account.totpSetUpText')}
            send={async () => {
              setCodes(undefined);
              setSetup(await call('post', '/admin/v1/me/totp'));
            }}
          />
        )}
        {setup && !codes && (
          <>
            <p>{t('account.totpScan')}</p>
            <QRCode type="svg" value={setup.otpauthUri ?? ''} size={180} color="#000" bgColor="#fff" />
            <p>
              {t('account.totpSecret')} <Id>{setup.secret}</Id>
            </p>
            <p className="wrap">
              <Id>{setup.otpauthUri}</Id>
            </p>
            <Act<{ code: string }>
              label={t('account.totpConfirm')}
              type="primary"
              fields={<Text name="code" label={t('login.totp')} required max={6} />}
              send={async ({ code }) => setCodes((await call('post', '/admin/v1/me/totp:confirm', { body: { code } })).recoveryCodes)}
              done={() => void refresh()}
            />
          </>
        )}
        {codes && (
          <Alert
            type="success"
            showIcon
            title={t('account.recoveryCodes')}
            description={
              <>
                <p>{t('account.recoveryText')}</p>
                <pre className="json">{codes.join('\n')}</pre>
              </>
            }
          />
        )}
      </div>
      <div className="panel">
        <h2>{t('account.sessions')}</h2>
        <p className="quiet">
          {t('field.expiresAt')}: <Time at={me.sessionExpiresAt} />
        </p>
        <OperatorSessions load={sessions} end={(sessionId) => call('delete', '/admin/v1/me/sessions/{sessionId}', { ids: { sessionId } })} />
      </div>
    </Page>
  );
}
